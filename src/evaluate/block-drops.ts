import { removeBlocks, residualBlocks } from '../compress/blocks/find.js'
import type { DataSet } from '../data/dataset.js'
import { writeOnnx } from '../formats/onnx/write.js'
import type { Graph } from '../graph/types.js'
import { scoreModel } from './score.js'

/** Training samples that the blocks are judged by. */
const SAMPLES = 1000

/** What the removal of each residual block alone costs in accuracy on training samples, a fraction, by the block's name. */
export async function blockDrops(
  graph: Graph,
  { train, sampleShape }: Pick<DataSet, 'train' | 'sampleShape'>,
): Promise<ReadonlyMap<string, number>> {
  const n = Math.min(SAMPLES, train.n)
  const size = train.samples.length / train.n
  const part = { n, samples: train.samples.subarray(0, n * size), labels: train.labels.subarray(0, n) }
  const accuracy = async (model: Graph) => (await scoreModel(writeOnnx(model), part, sampleShape)).top1
  const whole = await accuracy(graph)
  const drops = new Map<string, number>()
  for (const block of residualBlocks(graph))
    drops.set(block.name, whole - (await accuracy(removeBlocks(graph, [block]))))
  return drops
}
