import { dequantizeGraph } from '../../compress/quantize/dequantize.js'
import type { DataSet } from '../../data/dataset.js'
import type { Normalization } from '../../data/manifest.js'
import { assertFaithful, assertFits } from '../../evaluate/original.js'
import { goalsOf } from '../../evaluate/score.js'
import { isProbability } from '../../graph/probability.js'
import { type Graph, GraphError } from '../../graph/types.js'
import { classesOf } from '../../train/shapes.js'
import { loadInputs, loadModel } from '../files/inputs.js'
import { aboutModel, UsageError } from '../options/error.js'

/** A network to be trained, its teacher if it has one, and the data, all found to fit. */
export interface FinetuneInputs {
  readonly modelBytes: Uint8Array
  /** Bytes of the file that the user named. */
  readonly size: number
  readonly graph: Graph
  readonly teacher: Graph | null
  readonly data: DataSet
  readonly normalization: Normalization
}

/**
 * Loads all that `pare finetune` needs. Where the data set does not say how it is normalised, the teacher tells: the model
 * may be too badly cut to.
 * @throws UsageError, DataError, GraphError in one line.
 */
export async function loadFinetuneInputs(
  model: string,
  dataPath: string,
  teacher: string | undefined,
  metric: string | undefined,
): Promise<FinetuneInputs> {
  const inputs = await loadInputs(teacher ?? model, dataPath, { metric })
  const { data, normalization } = inputs
  const { sampleShape } = data
  if (teacher === undefined) {
    const { modelBytes, size, graph } = inputs
    return { modelBytes, size, graph, teacher: null, data, normalization }
  }
  const { bytes, size, graph } = await loadModel(model)
  try {
    if (bytes === null)
      throw new GraphError('the model has more than 2 GB; one that is run on data must stay below')
    assertFits(graph, sampleShape)
    await assertFaithful(bytes, graph, data)
  } catch (error) {
    throw aboutModel(model, error)
  }
  for (const goal of goalsOf(data.train)) {
    const { index } = goal
    const [classes, theirs] = [graph, inputs.graph].map(of => classesOf(of, sampleShape, index))
    if (classes !== theirs)
      throw new UsageError(`--teacher ${teacher}: tells ${theirs} classes apart, the model ${classes}`)
    const [own, other] = [graph, inputs.graph].map(of => isProbability(of, of.outputs[index]?.name ?? ''))
    if (goal.kind === 'classes' && goal.single !== undefined && own !== other)
      throw new UsageError(
        `--teacher ${teacher}: its output ${other ? 'ends' : 'does not end'} in a sigmoid, the model's ${own ? 'does' : 'does not'}`,
      )
  }
  return {
    modelBytes: bytes,
    size,
    graph: dequantizeGraph(graph),
    teacher: inputs.graph,
    data,
    normalization,
  }
}
