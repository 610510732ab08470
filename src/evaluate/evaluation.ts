import type { CostKind, DeviceCostKind } from '../graph/cost-kinds.js'
import type { Spread } from '../latency/profile.js'

/** Facts about one candidate, without judgement; rewards are computed from them elsewhere. Plain data. */

/** Figures of one output on one split; which of them there are is what the output and the data have. */
export interface OutputScore {
  /** By what it is chosen: a fraction, larger is better. See `scoreOf`. */
  readonly score: number
  /**
   * What training lowers: of classes, mean cross-entropy in nats; of numbers, mean squared error over their variance; where
   * only the original says what should come out, the divergence from its distribution, or the same of its numbers.
   */
  readonly loss: number
  /** Fractions in [0,1]. */
  readonly top1?: number
  readonly top5?: number
  readonly f1?: number
  readonly iou?: number
  readonly fidelity?: number
  /** In the square of the output's own unit. */
  readonly mse?: number
}

/** Figures of one model on one split, over `n` samples; of several outputs, score and loss are their weighted sums. */
export interface SplitScore extends OutputScore {
  /** What the score is, as `--metric` has it. */
  readonly metric: string
  readonly n: number
  /** By name, where there are several. */
  readonly outputs?: Readonly<Record<string, OutputScore>>
}

/** What each of some samples got. */
export interface SampleScores {
  readonly score: SplitScore
  /** What each adds to the score, where that is the mean over the samples; else null. */
  readonly hits: Float64Array | null
  /** What each adds to the loss. */
  readonly losses: Float64Array
}

/** Batch-1 latency in milliseconds. */
export type Latency = Spread

export type SplitName = 'train' | 'val' | 'test'

/** What a model costs: what budgets limit, on devices as far as it was predicted, and the bytes of the .onnx file. */
export interface Cost
  extends Readonly<Record<CostKind, number>>,
    Readonly<Partial<Record<DeviceCostKind, number>>> {
  readonly bytes: number
}

/** What was measured of a candidate. Deterministic for a given run definition and backend. */
export interface Evaluation {
  readonly scores: Readonly<Partial<Record<SplitName, SplitScore>>>
  readonly cost: Cost
}

/** Wall time of an evaluation by stage, milliseconds; kept apart because it differs from run to run. */
export type StageTimes = Readonly<Record<string, number>>
