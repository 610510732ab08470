import type { OutputScore, SplitScore } from '../evaluate/evaluation.js'
import { percent } from './format.js'

/** What the score of a metric is called in a table. */
const names = new Map([
  ['top1', 'accuracy'],
  ['top5', 'top-5 accuracy'],
  ['loss', 'likelihood, exp(-loss)'],
  ['f1', 'F1'],
  ['mse', '1 / (1 + MSE / variance)'],
  ['iou', 'mean IoU'],
  ['fidelity', 'fidelity'],
])

/** Figures of a score that are fractions, in the order of a table, and what they are called there. */
export const fractions = [
  ['top1', 'accuracy'],
  ['top5', 'top-5 accuracy'],
  ['f1', 'F1'],
  ['iou', 'mean IoU'],
  ['fidelity', 'fidelity'],
] as const satisfies readonly (readonly [keyof OutputScore, string])[]

/** The score in words; of several outputs, whose it is the mean of. */
export function scoreName({ metric }: Pick<SplitScore, 'metric'>): string {
  return names.get(metric) ?? `score (${metric})`
}

/** A split's score where there is little room: `val 92.00 %`, with its metric where it is not top-1. */
export function scoreText(split: string, score: Pick<SplitScore, 'metric' | 'score'> | undefined): string {
  return `${scoreLabel(split, score)} ${percent(score?.score ?? Number.NaN)}`
}

/** A split with the metric of its score, where that is not top-1. */
export function scoreLabel(split: string, score: Pick<SplitScore, 'metric'> | undefined): string {
  if (score === undefined || score.metric === 'top1') return split
  return names.has(score.metric) ? `${split} ${score.metric}` : `${split} score`
}
