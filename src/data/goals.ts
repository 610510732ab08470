import type { SingleChannel } from './single-channel.js'

export const metricNames = ['top1', 'top5', 'loss', 'f1', 'mse', 'iou', 'fidelity'] as const

/** What an output is scored by; see `scoreOf` for the fraction that each becomes. */
export type MetricName = (typeof metricNames)[number]

/** One output of a model, and how it is scored. */
interface ScoredOutput {
  readonly name: string
  /** Its place among the model's outputs, by which it is found in other models too. */
  readonly index: number
  readonly metric: MetricName
  /** Its share in score and loss, beside those of the other outputs; positive. */
  readonly weight: number
  /** What the original put out, [n, ...output] row-major; null where nobody needs it. */
  readonly original: Float32Array | null
}

/**
 * What an output is to be on the samples of a split: scores of classes, [n, classes, ...places], where two may share a channel, or numbers, [n, ...any].
 * Where there is no truth, the original's outputs are all that is known. Plain data that crosses threads.
 */
export type Goal = ScoredOutput &
  (
    | {
        readonly kind: 'classes'
        /** Places that have a class each; 1 for a classifier. */
        readonly places: number
        /** Where one channel stands for two classes, what it holds; missing where each class has a channel of its own. */
        readonly single?: SingleChannel
        /** The right class of each place, [n, places]. */
        readonly truth: Int32Array | null
      }
    | { readonly kind: 'numbers'; readonly truth: Float32Array | null }
  )

/** The goal of a classifier of which nothing else was asked. */
export function classGoal(labels: Int32Array): Goal {
  return {
    ...{ kind: 'classes', name: '', index: 0, metric: 'top1', weight: 1 },
    ...{ places: 1, truth: labels, original: null },
  }
}
