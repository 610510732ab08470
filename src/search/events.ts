import type { AgentReport } from '../../agents/agent.js'
import type { DecisionKind, Policy } from '../compress/policy.js'
import type { SensitivityTable } from '../compress/sensitivity-table.js'
import type { Evaluation, Latency } from '../evaluate/evaluation.js'
import type { Begun } from '../evaluate/evaluator.js'
import type { BudgetKind } from '../graph/cost-kinds.js'
import type { MaxDrop } from './limit.js'
import type { Climb, TrialState } from './trial.js'

/** How much of a group's channels there are, for the screen. */
export interface GroupSummary {
  readonly name: string
  readonly size: number
}

/** A thing to decide, and its largest value: all channels of a group, or the most bits. */
export interface SiteSummary {
  readonly kind: DecisionKind
  readonly name: string
  readonly most: number
}

/** What a site matters before anything is tried. */
export interface SiteWeight {
  readonly kind: DecisionKind
  readonly name: string
  /** MACs that shrink with the decision, as a share of the original's. */
  readonly share: number
  /** Output energy of its layer that is lost for good at half of its largest value, in [0,1]; of a block, the accuracy. */
  readonly error: number
}

/** A limit the result must meet: the kind of cost, its limit and the original's value, in the same unit. */
export interface BudgetSummary {
  readonly kind: BudgetKind
  readonly limit: number
  readonly original: number
  /** Of a cost on a device; counts have none. */
  readonly unit?: string
}

/** A limit that a model of its own was searched for, in the unit of its kind. */
export interface PointSummary {
  readonly kind: BudgetKind
  /** As the user has it, such as 50%. */
  readonly asked: string
  readonly limit: number
}

export type { AgentReport }

/** The original or the chosen model, with its measured latency (null where it was not measured). */
export interface ModelReport extends Evaluation {
  readonly latencyMs: Latency | null
  /** Costs on devices that were measured, not only predicted, in the unit of the budget. */
  readonly confirmed?: Readonly<Partial<Record<BudgetKind, number>>>
}

/**
 * All that happens in a run, in order, each with the wall time in ms since the epoch. A viewer is a fold over these;
 * they are stored in the same transaction as what they tell of.
 */
export type RunEvent = { readonly at: number } & (
  | {
      readonly type: 'run-started'
      readonly run: string
      readonly model: string
      readonly agent: string
      readonly backend: string
      readonly seed: number
      readonly trials: number
      readonly finalists: number
      readonly workers: number
      readonly budgets: readonly BudgetSummary[]
      /** Where the score may fall by no more than a limit. */
      readonly maxDrop?: MaxDrop
      readonly groups: readonly GroupSummary[]
      /** All that is decided, in decision order; runs older than bits decided widths alone. */
      readonly sites?: readonly SiteSummary[]
      /** True where an earlier process began this run. */
      readonly resumed: boolean
    }
  | { readonly type: 'preparing'; readonly step: string }
  | { readonly type: 'sensitivity-measured'; readonly table: SensitivityTable }
  | { readonly type: 'sites-weighed'; readonly sites: readonly SiteWeight[] }
  | { readonly type: 'baseline'; readonly report: ModelReport }
  | { readonly type: 'trial-begun'; readonly trial: number; readonly policy: Policy }
  | {
      readonly type: 'trial-told'
      readonly trial: number
      readonly policy: Policy
      readonly state: TrialState
      readonly agent: AgentReport
      /** Wall time of the evaluation in ms; 0 for a cached one. */
      readonly elapsedMs: number
      /** Which worker thread evaluated it; null for a cached one. */
      readonly worker: number | null
      /** Bytes in use: of the whole process, and of the worker's own heap and arrays. Older runs do not say. */
      readonly memory?: { readonly process?: number; readonly worker?: number }
    }
  | { readonly type: 'rung-begun'; readonly rung: number; readonly steps: number; readonly trials: number }
  | ({
      readonly type: 'climb-told'
      readonly policy: Policy
      /** Wall time in ms, its wait for a worker included. */
      readonly elapsedMs: number
      readonly worker: number | null
    } & Climb)
  | {
      readonly type: 'finalist-begun'
      readonly trial: number
      readonly rank: number
      readonly policy: Policy
      readonly before: Evaluation
    }
  | {
      readonly type: 'finalist-progress'
      readonly trial: number
      readonly epoch: number
      readonly epochs: number
      /** Steps done and to do over all epochs. */
      readonly step: number
      readonly steps: number
      readonly loss: number
    }
  | {
      readonly type: 'finalist-told'
      readonly trial: number
      /** As it was cut and repaired; runs older than the ladder do not say it again. */
      readonly before?: Evaluation
      readonly after: Evaluation
    }
  | { readonly type: 'finalist-failed'; readonly trial: number; readonly reason: string }
  | {
      /** A finalist's latency on this machine beside the limit, in the unit of the budget. */
      readonly type: 'finalist-measured'
      readonly trial: number
      readonly latency: number
      readonly limit: number
    }
  | {
      /** The model of one of several points. */
      readonly type: 'point-chosen'
      readonly point: PointSummary
      readonly trial: number
      readonly before: Evaluation
      readonly report: ModelReport
      readonly file: string
    }
  | { readonly type: 'chosen'; readonly trial: number; readonly report: ModelReport; readonly file: string }
  /** A worker thread took up a task. */
  | ({ readonly type: 'task-begun' } & Begun)
  | { readonly type: 'paused' }
  | { readonly type: 'continued' }
  | {
      /** The process before this one died. */
      readonly type: 'restarted'
      /** What killed it. */
      readonly reason: string
      /** What it was evaluating then, such as `trial 7`. */
      readonly suspects: readonly string[]
      /** From its death until a candidate was handed out again, ms. */
      readonly backMs: number
    }
  | {
      readonly type: 'run-ended'
      readonly outcome: 'finished' | 'interrupted' | 'failed'
      readonly message: string
    }
)

export type RunEventType = RunEvent['type']

/** How many events of a type there are: few however many trials a run has, or one a trial or more. */
const amounts = {
  'run-started': 'few',
  preparing: 'few',
  'sensitivity-measured': 'few',
  'sites-weighed': 'few',
  baseline: 'few',
  'trial-begun': 'many',
  'trial-told': 'many',
  'task-begun': 'many',
  'rung-begun': 'few',
  'climb-told': 'many',
  'finalist-begun': 'few',
  'finalist-progress': 'many',
  'finalist-told': 'few',
  'finalist-failed': 'few',
  'finalist-measured': 'few',
  'point-chosen': 'few',
  chosen: 'few',
  paused: 'few',
  continued: 'few',
  restarted: 'few',
  'run-ended': 'few',
} as const satisfies Readonly<Record<RunEventType, 'few' | 'many'>>

/** What of a run tells how it stands without its single trials. */
export type Milestone = {
  [T in RunEventType]: (typeof amounts)[T] extends 'few' ? Extract<RunEvent, { type: T }> : never
}[RunEventType]

export const milestoneTypes: readonly string[] = Object.entries(amounts).flatMap(([type, amount]) =>
  amount === 'few' ? [type] : [],
)

export function isMilestone(event: RunEvent): event is Milestone {
  return amounts[event.type] === 'few'
}
