import type { Evaluation } from '../evaluate/evaluation.js'
import type { AgentReport, ModelReport, RunEvent } from '../search/events.js'
import type { Policy } from '../search/policy.js'
import type { TrialState } from '../search/trial.js'

type Started = Extract<RunEvent, { type: 'run-started' }>

/** A told trial, for the list. */
export interface ToldTrial {
  readonly trial: number
  readonly state: TrialState
}

/** The best trial so far. */
export interface BestTrial {
  readonly trial: number
  readonly policy: Policy
  readonly evaluation: Evaluation
  readonly reward: number
}

/** A finalist on its way. */
export interface FinalistView {
  readonly trial: number
  readonly rank: number
  readonly before: Evaluation | null
  readonly step: number
  readonly steps: number
  readonly loss: number | null
  readonly after: Evaluation | null
  readonly failure: string | null
}

/** What a worker thread has done. */
export interface WorkerView {
  readonly worker: number
  readonly trials: number
  readonly lastTrial: number
  readonly lastMs: number
}

/** One point of the curve: the mean reward of the trials it stands for, and the best up to there. */
export interface CurvePoint {
  readonly mean: number
  readonly count: number
  readonly best: number
}

/** All that a screen shows of a run: a fold over its events, of bounded size however long the run. */
export interface RunView {
  readonly started: Started | null
  readonly phase:
    | 'starting'
    | 'preparing'
    | 'searching'
    | 'fine-tuning'
    | 'finished'
    | 'interrupted'
    | 'failed'
  readonly step: string
  readonly message: string
  readonly baseline: ModelReport | null
  readonly finished: number
  readonly failed: number
  readonly cached: number
  readonly lastFailure: string | null
  readonly best: BestTrial | null
  readonly agent: AgentReport | null
  /** Newest last. */
  readonly recent: readonly ToldTrial[]
  readonly curve: readonly CurvePoint[]
  /** Trials a point of the curve stands for; doubles when the curve is full. */
  readonly perPoint: number
  readonly workers: readonly WorkerView[]
  readonly finalists: readonly FinalistView[]
  readonly chosen: { readonly trial: number; readonly report: ModelReport; readonly file: string } | null
  /** Evaluated (not cached) trials and the time they took, in the newest process only, so that a pause does not count. */
  readonly pace: { readonly since: number; readonly now: number; readonly evaluated: number }
}

const RECENT = 100
const CURVE_POINTS = 256

export const emptyView: RunView = {
  started: null,
  phase: 'starting',
  step: '',
  message: '',
  baseline: null,
  finished: 0,
  failed: 0,
  cached: 0,
  lastFailure: null,
  best: null,
  agent: null,
  recent: [],
  curve: [],
  perPoint: 1,
  workers: [],
  finalists: [],
  chosen: null,
  pace: { since: 0, now: 0, evaluated: 0 },
}

/** The view after one more event. */
export function reduce(view: RunView, event: RunEvent): RunView {
  switch (event.type) {
    case 'run-started':
      return {
        ...view,
        started: event,
        phase: 'preparing',
        step: 'start',
        message: '',
        pace: { since: event.at, now: event.at, evaluated: 0 },
      }
    case 'preparing':
      return { ...view, phase: 'preparing', step: event.step }
    case 'baseline':
      return { ...view, baseline: event.report }
    case 'trial-begun':
      return view.phase === 'searching'
        ? view
        : { ...view, phase: 'searching', pace: { since: event.at, now: event.at, evaluated: 0 } }
    case 'trial-told':
      return told(view, event)
    case 'finalist-begun':
      return withFinalist({ ...view, phase: 'fine-tuning' }, event.trial, {
        rank: event.rank,
        before: event.before,
      })
    case 'finalist-progress':
      return withFinalist({ ...view, phase: 'fine-tuning' }, event.trial, {
        step: event.step,
        steps: event.steps,
        loss: event.loss,
      })
    case 'finalist-told':
      return withFinalist({ ...view, phase: 'fine-tuning' }, event.trial, { after: event.after })
    case 'finalist-failed':
      return withFinalist(view, event.trial, { failure: event.reason })
    case 'chosen':
      return { ...view, chosen: { trial: event.trial, report: event.report, file: event.file } }
    case 'run-ended':
      return { ...view, phase: event.outcome, message: event.message }
  }
}

function told(view: RunView, event: Extract<RunEvent, { type: 'trial-told' }>): RunView {
  const { trial, state, policy, worker, elapsedMs, at } = event
  const fresh = view.phase !== 'searching'
  const since = fresh ? at : view.pace.since
  const evaluated = (fresh ? 0 : view.pace.evaluated) + (worker === null ? 0 : 1)
  const common: RunView = {
    ...view,
    phase: 'searching',
    agent: event.agent,
    recent: [...view.recent.slice(1 - RECENT), { trial, state }],
    workers: worker === null ? view.workers : countWorker(view.workers, worker, trial, elapsedMs),
    pace: { since, now: at, evaluated },
  }
  switch (state.kind) {
    case 'running':
      return common
    case 'failed':
      return { ...common, failed: view.failed + 1, lastFailure: state.reason }
    case 'finished': {
      const better = view.best === null || state.reward > view.best.reward
      const best = better ? { trial, policy, evaluation: state.evaluation, reward: state.reward } : view.best
      return {
        ...common,
        ...extendCurve(view, state.reward),
        finished: view.finished + 1,
        cached: view.cached + (state.cachedFrom === null ? 0 : 1),
        best,
      }
    }
  }
}

function countWorker(
  workers: readonly WorkerView[],
  worker: number,
  trial: number,
  ms: number,
): WorkerView[] {
  const known = workers.find(other => other.worker === worker)
  const counted = { worker, trials: (known?.trials ?? 0) + 1, lastTrial: trial, lastMs: ms }
  return [...workers.filter(other => other.worker !== worker), counted].sort((a, b) => a.worker - b.worker)
}

function extendCurve(view: RunView, reward: number): Pick<RunView, 'curve' | 'perPoint'> {
  const newest = view.curve.at(-1)
  const best = Math.max(reward, newest?.best ?? reward)
  if (newest !== undefined && newest.count < view.perPoint) {
    const mean = (newest.mean * newest.count + reward) / (newest.count + 1)
    return {
      curve: [...view.curve.slice(0, -1), { mean, count: newest.count + 1, best }],
      perPoint: view.perPoint,
    }
  }
  const curve = [...view.curve, { mean: reward, count: 1, best }]
  return curve.length <= CURVE_POINTS
    ? { curve, perPoint: view.perPoint }
    : { curve: halve(curve), perPoint: view.perPoint * 2 }
}

/** Every two points as one. */
function halve(curve: readonly CurvePoint[]): CurvePoint[] {
  return curve.flatMap((a, i) => {
    if (i % 2 === 1) return []
    const b = curve[i + 1]
    if (b === undefined) return [a]
    const count = a.count + b.count
    return [{ mean: (a.mean * a.count + b.mean * b.count) / count, count, best: b.best }]
  })
}

function withFinalist(view: RunView, trial: number, change: Partial<FinalistView>): RunView {
  const blank: FinalistView = {
    trial,
    rank: view.finalists.length + 1,
    before: null,
    step: 0,
    steps: 0,
    loss: null,
    after: null,
    failure: null,
  }
  const known = view.finalists.find(finalist => finalist.trial === trial)
  const changed = { ...blank, ...known, ...change }
  const others = view.finalists.filter(finalist => finalist.trial !== trial)
  return { ...view, finalists: [...others, changed].sort((a, b) => a.rank - b.rank) }
}

/** Evaluated trials a second in the newest process; null before it can be told. */
export function trialsPerSecond({ pace }: RunView): number | null {
  const elapsed = pace.now - pace.since
  return pace.evaluated > 1 && elapsed > 0 ? (pace.evaluated * 1000) / elapsed : null
}

/** Time until the trials (or the finalists' training steps) are done, in ms; null before it can be told. */
export function timeLeft(view: RunView): number | null {
  if (view.phase !== 'searching' || view.started === null) return null
  const rate = trialsPerSecond(view)
  const left = view.started.trials - view.finished - view.failed
  return rate === null ? null : (left / rate) * 1000
}

/** The phase in words. */
export function phaseText(view: RunView): string {
  switch (view.phase) {
    case 'starting':
      return 'starting'
    case 'preparing':
      return `preparing: ${view.step}`
    case 'searching': {
      const number = view.finished + view.failed
      return view.agent?.phase === 'warm-up'
        ? `warm-up: random policies, trial ${number}`
        : `searching, trial ${number}`
    }
    case 'fine-tuning':
      return `fine-tuning ${view.finalists.length} of ${view.started?.finalists ?? '?'} finalists`
    case 'finished':
    case 'interrupted':
    case 'failed':
      return view.phase
  }
}
