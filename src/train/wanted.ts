import type { Goal } from '../data/goals.js'
import { classScores, type SingleChannel } from '../data/single-channel.js'
import { varianceOf } from '../data/variance.js'
import { hardTargets, softTargets } from './targets.js'

/** What an output is to be for a batch: what the data say, and what a teacher said once; null where there is none. */
export interface WantedOutput {
  /** Which of the network's outputs. */
  readonly index: number
  readonly weight: number
  /** Distributions over classes, [rows x places, classes] each, or numbers, [rows, size] each. */
  readonly kind: Goal['kind']
  readonly hard: Float32Array | null
  readonly soft: Float32Array | null
  /** Of a place; 1 of a classifier. */
  readonly places: number
  /** Where one channel stands for two classes, what it holds. */
  readonly single?: SingleChannel
  /** What squared errors are divided by, so that outputs of all scales pull alike; 1 for classes. */
  readonly variance: number
}

/** How targets are made of labels and of a teacher's scores. */
export interface Softness {
  readonly labelSmoothing: number
  readonly temperature: number
}

/** A goal as it is taught, in batches of samples. */
export interface TaughtGoal {
  /** @param chosen places of samples in the split */
  wanted(chosen: Int32Array): WantedOutput
}

/**
 * @param n samples
 * @param classes scores that the output has for each place
 */
export function taughtGoal(goal: Goal, n: number, classes: number, softness: Softness): TaughtGoal {
  const { index, weight, original } = goal
  const { labelSmoothing, temperature } = softness
  switch (goal.kind) {
    case 'classes': {
      const { truth, places, single } = goal
      const scored = single === undefined ? classes : 2
      const said = original === null ? null : classScores(original, n, single)
      return {
        wanted: chosen => ({
          ...{ index, weight, kind: 'classes', places, variance: 1 },
          ...(single === undefined ? {} : { single }),
          hard: truth === null ? null : hardTargets(rowsOf(truth, n, chosen), scored, labelSmoothing),
          soft:
            said === null
              ? null
              : softTargets(byPlace(rowsOf(said, n, chosen), scored, places), scored, temperature),
        }),
      }
    }
    case 'numbers': {
      const { truth } = goal
      const known = truth ?? original
      const variance = known === null ? 1 : varianceOf(known, n)
      return {
        wanted: chosen => ({
          ...{ index, weight, kind: 'numbers', places: 1, variance },
          hard: truth === null ? null : rowsOf(truth, n, chosen),
          soft: original === null ? null : rowsOf(original, n, chosen),
        }),
      }
    }
  }
}

/** The chosen rows of [n, width]. */
export function rowsOf<T extends Float32Array | Int32Array>(source: T, n: number, chosen: Int32Array): T {
  const width = source.length / n
  const rows = source.slice(0, chosen.length * width) as T
  chosen.forEach((sample, i) => {
    rows.set(source.subarray(sample * width, (sample + 1) * width), i * width)
  })
  return rows
}

/** [rows, classes, places] as [rows, places, classes]. */
function byPlace(scores: Float32Array, classes: number, places: number): Float32Array {
  if (places === 1) return scores
  const turned = new Float32Array(scores.length)
  const size = classes * places
  for (let i = 0; i < scores.length; i++) {
    const [row, c, place] = [Math.floor(i / size), Math.floor((i % size) / places), i % places]
    turned[row * size + place * classes + c] = scores[i]!
  }
  return turned
}
