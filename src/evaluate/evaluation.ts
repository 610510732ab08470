import type { CostKind, DeviceCostKind } from '../graph/cost-kinds.js'
import type { Spread } from '../latency/profile.js'

/** Facts about one candidate, without judgement; rewards are computed from them elsewhere. Plain data. */

/** Figures of one classifier on one split: fractions in [0,1], mean cross-entropy in nats, over `n` samples. */
export interface SplitScore {
  readonly top1: number
  readonly loss: number
  readonly n: number
}

/** What each of some samples got. */
export interface SampleScores {
  /** 1 where the class is right. */
  readonly right: Uint8Array
  /** Cross-entropy in nats. */
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
