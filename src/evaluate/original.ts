import type { DataSet } from '../data/dataset.js'
import { DataError } from '../data/error.js'
import type { Normalization } from '../data/manifest.js'
import { normalizeSplit, usualNormalizations } from '../data/normalize.js'
import { type RawDataSet, splitOff } from '../data/raw.js'
import { writeOnnx } from '../formats/onnx/write.js'
import { type Graph, GraphError } from '../graph/types.js'
import { batchOf } from '../runtime/batch.js'
import { openSession } from '../runtime/session.js'
import type { SplitScore } from './evaluation.js'
import { withGoals } from './goals/attach.js'
import type { PlannedGoal } from './goals/plan.js'
import { goalsOf, outputsOf, scoreModel } from './score.js'

/** Largest difference between the original's outputs and its re-export's, relative to the largest output. */
const IMPORT_TOLERANCE = 1e-5

/** Samples that the import check and the search for a normalisation look at. */
const PROBE = 500

/** @throws GraphError where the model does not take the data's samples. */
export function assertFits(graph: Graph, sampleShape: readonly number[]): void {
  const [input, ...others] = graph.inputs
  if (input === undefined || others.length > 0) {
    throw new GraphError(
      `a data set feeds one input, the model has ${graph.inputs.length} (${graph.inputs.map(({ name }) => name).join(', ')})`,
    )
  }
  const wanted = input.shape.slice(1)
  const fits =
    wanted.length === sampleShape.length &&
    wanted.every((dim, axis) => typeof dim === 'string' || dim === sampleShape[axis])
  if (!fits)
    throw new GraphError(`the model expects samples of shape [${wanted}], the data's have [${sampleShape}]`)
  if (input.dtype !== 'float32') throw new GraphError(`expected a float32 input, found ${input.dtype}`)
}

/**
 * Runs the original file and its re-export side by side on validation samples.
 * @throws GraphError where they differ by more than 1e-5: pare would compress another network than the user's.
 */
export async function assertFaithful(
  original: Uint8Array,
  graph: Graph,
  { val, sampleShape }: DataSet,
): Promise<void> {
  const n = Math.min(PROBE, val.n)
  const read = goalsOf(val).map(({ index }) => index)
  const outputs = await Promise.all(
    [original, writeOnnx(graph)].map(async model => {
      const session = await openSession(model)
      const found = await outputsOf(session, val, sampleShape, read, n)
      await session.close()
      return found
    }),
  )
  const [originals = [], imported = []] = outputs
  originals.forEach((expected, output) => {
    const found = imported[output] ?? new Float32Array()
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
    const difference = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0)
    if (!(difference <= IMPORT_TOLERANCE * largest)) {
      throw new GraphError(
        `the imported model differs from the original by ${difference} on real samples; please report it`,
      )
    }
  })
}

/** Whether the original takes one sample at a time though it declares its batch open: a shape inside it says so. */
export async function isBatchFixed(original: Uint8Array, sampleShape: readonly number[]): Promise<boolean> {
  const session = await openSession(original)
  try {
    return session.batch === null && (await batchOf(session, sampleShape, 2)) === 1
  } finally {
    await session.close()
  }
}

/** The usual normalisation under which the original scores best on training samples; the first among equals. */
export async function findNormalization(
  original: Uint8Array,
  raw: RawDataSet,
  plan: readonly PlannedGoal[],
): Promise<Normalization> {
  if (plan.some(({ truth }) => truth === null)) {
    throw new DataError(
      'without labels the normalisation cannot be found: expected floats as the model takes them, or a manifest with normalize, found bytes',
    )
  }
  // The original's fidelity to itself tells nothing.
  const goals = plan.map(goal => (goal.metric === 'fidelity' ? { ...goal, metric: 'loss' as const } : goal))
  const probe = splitOff(raw.train, Math.max(0, raw.train.n - PROBE)).first
  const candidates = usualNormalizations(raw)
  const scores: SplitScore[] = []
  for (const normalization of candidates) {
    scores.push(
      await scoreModel(
        original,
        withGoals(normalizeSplit(probe, raw.sampleShape, normalization), goals, null),
        raw.sampleShape,
      ),
    )
  }
  const best = scores.reduce((at, score, i) => (score.score > scores[at]!.score ? i : at), 0)
  return candidates[best]!
}

/** Whether an accuracy could be had by guessing: within three standard deviations of 1/classes. Never where there is none. */
export function isChance({ top1 = 1, n }: SplitScore, classes: number): boolean {
  const chance = 1 / classes
  return top1 <= chance + 3 * Math.sqrt((chance * (1 - chance)) / n)
}
