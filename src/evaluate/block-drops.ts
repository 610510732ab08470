import { removeBlocks, residualBlocks } from '../compress/blocks/find.js'
import type { DataSet } from '../data/dataset.js'
import { firstOf } from '../data/part.js'
import { writeOnnx } from '../formats/onnx/write.js'
import type { Graph } from '../graph/types.js'
import { scoreModel } from './score.js'

/** Training samples that the blocks are judged by. */
const SAMPLES = 1000

/** What the removal of each residual block alone costs in score on training samples, a fraction, by the block's name. */
export async function blockDrops(
  graph: Graph,
  { train, sampleShape }: Pick<DataSet, 'train' | 'sampleShape'>,
): Promise<ReadonlyMap<string, number>> {
  const part = firstOf(train, SAMPLES)
  const accuracy = async (model: Graph) => (await scoreModel(writeOnnx(model), part, sampleShape)).score
  const whole = await accuracy(graph)
  const drops = new Map<string, number>()
  for (const block of residualBlocks(graph))
    drops.set(block.name, whole - (await accuracy(removeBlocks(graph, [block]))))
  return drops
}
