import type { Goal, MetricName } from '../../data/goals.js'
import { classScores } from '../../data/single-channel.js'
import { varianceOf } from '../../data/variance.js'
import type { OutputScore } from '../evaluation.js'
import { crossEntropy } from './cross-entropy.js'
import { divergence } from './divergence.js'
import { f1 } from './f1.js'
import { iou } from './iou.js'
import type { Metric, PerSample, ScoredBatch } from './metric.js'
import { squaredError } from './squared-error.js'
import { largestClasses, topK } from './top-k.js'

type Figure = Exclude<keyof OutputScore, 'score'>
type Figures = Readonly<Partial<Record<Figure, Metric>>>

/** All figures of an output, gathered in one pass. */
export interface OutputScorer {
  add(batch: ScoredBatch): void
  score(): OutputScore
  /** What each sample adds to the score, where that is a mean over samples, and to the loss. */
  readonly hits: Float64Array | null
  readonly losses: Float64Array
}

export function scorerOf(goal: Goal, n: number): OutputScorer {
  const { loss, ...others } = figuresOf(goal, n)
  const { metric } = goal
  const figures: Figures = { loss, ...others }
  const all = Object.entries(figures)
  const single = goal.kind === 'classes' ? goal.single : undefined
  return {
    add(batch) {
      const values = classScores(batch.values, batch.rows, single)
      for (const [, figure] of all) figure.add({ ...batch, values })
    },
    score() {
      const values = Object.fromEntries(all.map(([name, figure]) => [name, figure.value()]))
      return { score: scoreOf(metric, values), loss: loss.value(), ...values }
    },
    hits: metric === 'loss' || metric === 'mse' ? null : (figures[metric]?.samples ?? null),
    losses: loss.samples,
  }
}

/** What a figure counts as: a fraction that is larger where the model is better, and tells apart all that the figure does. */
export function scoreOf(metric: MetricName, figures: Readonly<Partial<Record<Figure, number>>>): number {
  const { loss = Number.NaN } = figures
  switch (metric) {
    case 'loss':
      // The likelihood of the right class, its geometric mean over the samples.
      return Math.exp(-loss)
    case 'mse':
      // The loss is the error over the variance: 1/2 is what always saying the mean would have.
      return 1 / (1 + loss)
    case 'top1':
    case 'top5':
    case 'f1':
    case 'iou':
    case 'fidelity':
      return figures[metric] ?? Number.NaN
  }
}

function figuresOf(goal: Goal, n: number): Figures & { readonly loss: PerSample } {
  switch (goal.kind) {
    case 'classes': {
      const { truth, places, single } = goal
      const original = goal.original === null ? null : classScores(goal.original, n, single)
      const known = original === null ? null : largestClasses(original, n, places)
      const fidelity = known === null ? {} : { fidelity: topK(1, known, n) }
      if (truth === null) return { loss: divergence(needed(original), n, places), ...fidelity }
      const top1 = topK(1, truth, n)
      const map = places > 1 ? { iou: iou(truth, n) } : {}
      return {
        top1,
        loss: crossEntropy(truth, n),
        top5: topK(5, truth, n),
        f1: f1(truth, n),
        ...map,
        ...fidelity,
      }
    }
    case 'numbers': {
      const { original } = goal
      const truth = goal.truth ?? needed(original)
      const fidelity = original === null ? {} : { fidelity: explained(original, n) }
      return { mse: squaredError(truth, n), loss: overVariance(truth, n), ...fidelity }
    }
  }
}

/** Mean squared error over the variance of what it should be: 1 for always saying the mean. */
function overVariance(truth: Float32Array, n: number): PerSample {
  return squaredError(truth, n, varianceOf(truth, n))
}

/**
 * How much of the original's variance is met, 1 - squared error / variance, which is 0 for always saying its mean, and no
 * less than 0.
 */
function explained(original: Float32Array, n: number): Metric {
  const loss = overVariance(original, n)
  return { add: loss.add, value: () => Math.max(0, 1 - loss.value()) }
}

function needed(original: Float32Array | null): Float32Array {
  if (original === null) throw new Error('an output with nothing to be scored against')
  return original
}
