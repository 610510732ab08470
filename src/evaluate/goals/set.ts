import type { DataSet, Split } from '../../data/dataset.js'
import { DataError } from '../../data/error.js'
import type { RawDataSet } from '../../data/raw.js'
import { isProbability } from '../../graph/probability.js'
import type { Graph } from '../../graph/types.js'
import { openSession } from '../../runtime/session.js'
import { runBatches } from '../outputs.js'
import { modelOutputs } from '../score.js'
import { needsOriginal, withGoals } from './attach.js'
import { type AskedMetric, type PlannedGoal, planGoals } from './plan.js'

/**
 * What is scored of a model on a data set, all of whose splits are looked at.
 * @param graph the model's
 * @throws what `planGoals` does.
 */
export async function goalsFor(
  asked: readonly AskedMetric[],
  model: Uint8Array,
  graph: Graph,
  raw: RawDataSet,
): Promise<readonly PlannedGoal[]> {
  const outputs = (await outputsOfModel(model, raw.sampleShape)).map((output, i) => ({
    ...output,
    isProbability: isProbability(graph, graph.outputs[i]?.name ?? ''),
  }))
  const [plan = [], ...others] = [raw.train, raw.val, raw.test].map(({ targets = {} }) =>
    planGoals(asked, outputs, { classes: raw.classes, targets }),
  )
  const unlike = plan.find(({ kind }, i) => others.some(other => other[i]?.kind !== kind))
  if (unlike !== undefined)
    throw new DataError(
      `the data for output ${unlike.name}: expected the same of all splits, found a mask in one only`,
    )
  return plan
}

/** The outputs of a model with their shapes for one sample, as they come when it runs. */
async function outputsOfModel(model: Uint8Array, sampleShape: readonly number[]) {
  const session = await openSession(model)
  try {
    let shapes: readonly (readonly number[])[] = []
    const size = sampleShape.reduce((product, dim) => product * dim, 1)
    await runBatches(session, { samples: new Float32Array(size) }, sampleShape, 1, {
      read: [],
      onRows({ outputs }) {
        shapes = outputs.map(({ shape }) => shape)
      },
    })
    return session.outputs.map((name, i) => ({ name, shape: shapes[i] ?? [] }))
  } finally {
    await session.close()
  }
}

/**
 * A data set with its goals; the outputs of the original, where they are needed, stand on shared memory beside them.
 * @param original an .onnx file
 */
export async function setGoals(
  data: DataSet,
  plan: readonly PlannedGoal[],
  original: Uint8Array,
): Promise<DataSet> {
  const { sampleShape } = data
  const read = plan.map(({ index }) => index)
  const set = async (split: Split) =>
    withGoals(
      split,
      plan,
      needsOriginal(plan) ? await modelOutputs(original, split, sampleShape, read) : null,
    )
  const [train, val, test] = [await set(data.train), await set(data.val), await set(data.test)]
  return { ...data, train, val, test }
}
