import type { Split } from '../data/dataset.js'
import { classGoal, type Goal } from '../data/goals.js'
import { GraphError } from '../graph/types.js'
import { openSession, type Session } from '../runtime/session.js'
import type { OutputScore, SampleScores, SplitScore } from './evaluation.js'
import type { Cancellation } from './evaluator.js'
import { scorerOf } from './metrics/figures.js'
import { runBatches } from './outputs.js'

/**
 * An output of a model for the first `n` samples, row-major: [n, classes] of a classifier. A model that takes one batch size
 * only gets that one, its last batch filled up with zeros.
 * @throws GraphError where the output has not one row a sample.
 */
export async function logitsOf(
  session: Session,
  split: Pick<Split, 'samples' | 'n'>,
  sampleShape: readonly number[],
  n = split.n,
  cancellation?: Cancellation,
): Promise<Float32Array> {
  const [logits = new Float32Array()] = await outputsOf(session, split, sampleShape, [0], n, cancellation)
  return logits
}

/** Several outputs, by their places among the model's: [n, ...output] row-major each. */
export async function outputsOf(
  session: Session,
  split: Pick<Split, 'samples' | 'n'>,
  sampleShape: readonly number[],
  read: readonly number[],
  n = split.n,
  cancellation?: Cancellation,
): Promise<readonly Float32Array[]> {
  const found: Float32Array[] = []
  await runBatches(session, split, sampleShape, n, {
    ...{ read, cancellation },
    onRows({ first, rows, outputs }) {
      read.forEach((index, i) => {
        const { data = new Float32Array() } = outputs[index] ?? {}
        found[i] ??= new Float32Array(new SharedArrayBuffer((data.length / rows) * n * 4))
        found[i].set(data, first * (data.length / rows))
      })
    },
  })
  return found
}

/** `outputsOf` a model that is opened for it, an .onnx file as bytes or by its path. */
export async function modelOutputs(
  model: Uint8Array | string,
  split: Pick<Split, 'samples' | 'n'>,
  sampleShape: readonly number[],
  read: readonly number[],
  cancellation?: Cancellation,
): Promise<readonly Float32Array[]> {
  const session = await openSession(model)
  try {
    return await outputsOf(session, split, sampleShape, read, split.n, cancellation)
  } finally {
    await session.close()
  }
}

/** `logitsOf` a model that is opened for it. */
export async function modelLogits(
  model: Uint8Array | string,
  split: Pick<Split, 'samples' | 'n'>,
  sampleShape: readonly number[],
  cancellation?: Cancellation,
): Promise<Float32Array> {
  const [logits = new Float32Array()] = await modelOutputs(model, split, sampleShape, [0], cancellation)
  return logits
}

/** What of a split is scored. */
export function goalsOf({ goals, labels }: Pick<Split, 'goals' | 'labels'>): readonly Goal[] {
  return goals ?? [classGoal(labels)]
}

/**
 * A split's goals with what a teacher says of its samples, from which students distil.
 * @param teacher an .onnx file
 */
export async function taughtBy(
  teacher: Uint8Array,
  split: Split,
  sampleShape: readonly number[],
  cancellation?: Cancellation,
): Promise<readonly Goal[]> {
  const goals = goalsOf(split)
  const read = goals.map(({ index }) => index)
  const said = await modelOutputs(teacher, split, sampleShape, read, cancellation)
  return goals.map((goal, i) => ({ ...goal, original: said[i] ?? null }))
}

/** Several outputs are named with their metrics, and with weights that are not 1. */
export function metricText(goals: readonly Goal[]): string {
  const [only, ...others] = goals
  if (only !== undefined && others.length === 0) return only.metric
  return goals
    .map(({ name, metric, weight }) => `${name}=${metric}${weight === 1 ? '' : `:${weight}`}`)
    .join()
}

/**
 * Scores an .onnx file, given as bytes or by its path, on a split, sample by sample.
 * @throws GraphError where an output is not what the split's goals are of; the cancellation's reason once it says stop.
 */
export async function scoreSamples(
  model: Uint8Array | string,
  split: Split,
  sampleShape: readonly number[],
  cancellation?: Cancellation,
): Promise<SampleScores> {
  const { n } = split
  const goals = goalsOf(split)
  const scorers = goals.map(goal => scorerOf(goal, n))
  const session = await openSession(model)
  try {
    await runBatches(session, split, sampleShape, n, {
      read: goals.map(({ index }) => index),
      cancellation,
      onRows({ first, rows, outputs }) {
        goals.forEach((goal, i) => {
          const found = outputs[goal.index]
          const name = session.outputs[goal.index] ?? goal.name
          const expected = elementsOf(goal, n)
          const isRight = goal.kind === 'classes' && goal.places === 1 ? found?.shape.length === 1 : true
          if (found === undefined || !isRight || !expected(found.data.length / rows)) {
            throw new GraphError(
              `output ${name}: expected ${goal.kind === 'classes' ? 'scores of classes' : 'numbers'} as the data have them, found shape [${['n', ...(found?.shape ?? [])]}]`,
            )
          }
          scorers[i]!.add({ values: found.data, first, rows })
        })
      },
    })
  } finally {
    await session.close()
  }
  return joined(
    goals,
    scorers.map(({ score, hits, losses }) => ({ score: score(), hits, losses })),
    n,
  )
}

/** Whether an output of so many elements a sample fits a goal. */
function elementsOf(goal: Goal, n: number): (size: number) => boolean {
  const given = goal.original ?? (goal.kind === 'numbers' ? goal.truth : null)
  if (given !== null) return size => size === given.length / n
  return size => goal.kind === 'classes' && size % goal.places === 0
}

/** The scores of several outputs as those of one model, by their weights. */
function joined(
  goals: readonly Goal[],
  scored: readonly {
    readonly score: OutputScore
    readonly hits: Float64Array | null
    readonly losses: Float64Array
  }[],
  n: number,
): SampleScores {
  const metric = metricText(goals)
  const [only] = scored
  if (only !== undefined && scored.length === 1) return { ...only, score: { metric, ...only.score, n } }
  const whole = goals.reduce((sum, { weight }) => sum + weight, 0)
  const shares = goals.map(({ weight }) => weight / whole)
  const sum = (value: (i: number) => number) =>
    goals.reduce((total, _, i) => total + shares[i]! * value(i), 0)
  const eachSample = (values: readonly Float64Array[]) =>
    Float64Array.from({ length: n }, (_, sample) => sum(i => values[i]![sample]!))
  const hits = scored.flatMap(score => (score.hits === null ? [] : [score.hits]))
  return {
    score: {
      metric,
      score: sum(i => scored[i]!.score.score),
      loss: sum(i => scored[i]!.score.loss),
      n,
      outputs: Object.fromEntries(goals.map(({ name }, i) => [name, scored[i]!.score])),
    },
    hits: hits.length === goals.length ? eachSample(hits) : null,
    losses: eachSample(scored.map(({ losses }) => losses)),
  }
}

/** The figures of an .onnx file on a split. @throws what `scoreSamples` does. */
export async function scoreModel(
  model: Uint8Array | string,
  split: Split,
  sampleShape: readonly number[],
  cancellation?: Cancellation,
): Promise<SplitScore> {
  return (await scoreSamples(model, split, sampleShape, cancellation)).score
}
