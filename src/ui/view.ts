import type { Policy } from '../compress/policy.js'
import type { SensitivityTable } from '../compress/sensitivity-table.js'
import type { Evaluation } from '../evaluate/evaluation.js'
import type { AgentReport, ModelReport, RunEvent, SiteWeight } from '../search/events.js'
import { type Crew, emptyCrew } from './crew.js'
import { type Curve, emptyCurve } from './curve.js'
import type { FlyingTrial } from './flying.js'
import type { Front } from './front.js'
import { emptyHistory, type History } from './history.js'
import type { CostName } from './history-row.js'
import type { LogLine } from './log.js'
import { emptyThinned, type Thinned } from './thinned.js'

/** What a run is: the facts of its newest `run-started`. */
export type RunFacts = Extract<RunEvent, { type: 'run-started' }>

/** Where a run stands. `measuring` is from the last finalist to the result. */
export type Phase =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'preparing'; readonly step: string }
  | { readonly kind: 'searching' }
  | { readonly kind: 'climbing' }
  | { readonly kind: 'fine-tuning' }
  | { readonly kind: 'measuring' }
  | {
      readonly kind: 'ended'
      readonly outcome: 'finished' | 'interrupted' | 'failed'
      readonly message: string
    }

/** The trial with the highest reward; of equals the earliest. */
export interface BestTrial {
  readonly trial: number
  readonly policy: Policy
  readonly evaluation: Evaluation
  readonly reward: number
}

/** The newest rung of the ladder above the first: how many trials climb it, and which is best there. */
export interface RungView {
  readonly rung: number
  /** Steps of fine-tuning before the score. */
  readonly steps: number
  readonly trials: number
  readonly told: number
  readonly failed: number
  readonly best: BestTrial | null
}

/** How far a finalist is. `previous` is the step of the report before, for those who tell only some of them. */
export type FinalistState =
  | { readonly kind: 'begun' }
  | {
      readonly kind: 'training'
      readonly epoch: number
      readonly epochs: number
      readonly step: number
      readonly previous: number
      readonly steps: number
      readonly loss: number
    }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string }

/** A finalist. A viewer that came late does not know its policy nor how it was before. */
export interface FinalistView {
  readonly trial: number
  readonly rank: number
  readonly policy: Policy | null
  readonly before: Evaluation | null
  readonly after: Evaluation | null
  readonly state: FinalistState
}

/** When a piece of work began, the share of it that was done then, and its newest report. */
export interface Stretch {
  readonly since: number
  readonly from: number
  readonly last: number
}

/**
 * How fast the newest process works: what earlier ones did and the pauses between them do not count, nor do cached
 * trials, which take no time. Times in ms since the epoch, those of the events.
 */
export interface Pace {
  /** When the process started, and its newest event. */
  readonly started: number
  readonly now: number
  /** When it began to evaluate trials, when it last told one that it had evaluated, and how many it told. */
  readonly trials: { readonly since: number; readonly last: number; readonly evaluated: number }
  /** When it began to fine-tune finalists, how far they were then, and its newest report; null before. */
  readonly finals: Stretch | null
  /** The same of the newest rung of the ladder. */
  readonly climb: Stretch | null
}

/** All that a screen shows of a run: a fold over its events, of bounded size however long the run. */
export interface RunView {
  readonly run: RunFacts | null
  readonly phase: Phase
  /** No candidate is handed out; those under way end. */
  readonly paused: boolean
  /** The original; measured once more, with latency, at the end. */
  readonly baseline: ModelReport | null
  /** Trials told, also by earlier processes: trials are told in order, so the highest number says it. */
  readonly told: number
  /** Trials begun, told ones included. */
  readonly begun: number
  /** Told trials by outcome; cached ones are finished ones whose policy had been evaluated before. */
  readonly finished: number
  readonly cached: number
  readonly failed: number
  readonly lastFailure: { readonly trial: number; readonly reason: string } | null
  readonly best: BestTrial | null
  /** The trials that would be finalists, best first; cached ones repeat others and are not among them. */
  readonly leaders: readonly BestTrial[]
  readonly agent: AgentReport | null
  /** What the agent said of itself, trial by trial. */
  readonly learning: Readonly<Record<'noise' | 'criticLoss' | 'actorLoss', Thinned>>
  readonly history: History
  readonly curve: Curve
  /** By each cost that is known of the trials: those that no other betters by it and by the score. */
  readonly fronts: Readonly<Partial<Record<CostName, Front>>>
  /** Trials begun and not told yet. */
  readonly flying: readonly FlyingTrial[]
  /** What each site costs, and loses where it is cut, as far as it was estimated. */
  readonly weights: readonly SiteWeight[]
  readonly sensitivity: SensitivityTable | null
  readonly crew: Crew
  /** Bytes of the process that works on the run, after each trial. */
  readonly memory: Thinned
  readonly log: readonly LogLine[]
  /** The newest rung above the first; null before there is one. */
  readonly rung: RungView | null
  /** Trials that failed on a rung, which no finalist can be. */
  readonly dropped: number
  /** By rank. */
  readonly finalists: readonly FinalistView[]
  /** The models of several points, so far. */
  readonly points: readonly Extract<RunEvent, { type: 'point-chosen' }>[]
  readonly chosen: { readonly trial: number; readonly report: ModelReport; readonly file: string } | null
  readonly pace: Pace
}

/** Before the first event. */
export const emptyView: RunView = {
  run: null,
  phase: { kind: 'waiting' },
  paused: false,
  baseline: null,
  told: 0,
  begun: 0,
  finished: 0,
  cached: 0,
  failed: 0,
  lastFailure: null,
  best: null,
  leaders: [],
  agent: null,
  learning: { noise: emptyThinned, criticLoss: emptyThinned, actorLoss: emptyThinned },
  history: emptyHistory,
  curve: emptyCurve,
  fronts: {},
  flying: [],
  weights: [],
  sensitivity: null,
  crew: emptyCrew,
  memory: emptyThinned,
  log: [],
  rung: null,
  dropped: 0,
  finalists: [],
  points: [],
  chosen: null,
  pace: { started: 0, now: 0, trials: { since: 0, last: 0, evaluated: 0 }, finals: null, climb: null },
}
