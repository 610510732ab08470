import type { RunEvent } from '../search/events.js'
import type { TrialState } from '../search/trial.js'
import { withWork } from './crew.js'
import { withReward } from './curve.js'
import { withCandidate } from './front.js'
import { withRow } from './history.js'
import { type CostName, costNames, type HistoryRow, valuesOf } from './history-row.js'
import { sitesOf } from './sites.js'
import { withFigure } from './thinned.js'
import type { BestTrial, RunView } from './view.js'

type Told = Extract<RunEvent, { type: 'trial-told' }>

/** Characters of a reason that the history keeps. */
const REASON = 300

/** How many leaders it keeps at most. */
const maxLeaders = 50

/** The view after a trial was told; the phase is left to the caller. */
export function withTold(view: RunView, event: Told): RunView {
  const { trial, state, agent } = event
  const { noise, criticLoss, actorLoss } = view.learning
  const row = rowOf(event, view)
  const common: RunView = {
    ...view,
    told: Math.max(view.told, trial + 1),
    begun: Math.max(view.begun, trial + 1),
    agent,
    learning: {
      noise: withFigure(noise, agent.noise),
      criticLoss: withFigure(criticLoss, agent.criticLoss),
      actorLoss: withFigure(actorLoss, agent.actorLoss),
    },
    history: withRow(view.history, row),
    crew: withWork(view.crew, event, placesOf(view)),
    memory: withFigure(view.memory, event.memory?.process),
  }
  switch (state.kind) {
    case 'running':
      return common
    case 'failed':
      return { ...common, failed: view.failed + 1, lastFailure: { trial, reason: state.reason } }
    case 'finished': {
      const { evaluation, reward, cachedFrom } = state
      // A cached trial can only lead where the trial it repeats was told before the first event seen.
      const result = { trial: cachedFrom ?? trial, policy: event.policy, evaluation, reward }
      const most = Math.max(1, Math.min(maxLeaders, view.run?.finalists ?? 1))
      return {
        ...common,
        finished: view.finished + 1,
        cached: view.cached + (cachedFrom === null ? 0 : 1),
        best: view.best === null || reward > view.best.reward ? result : view.best,
        leaders: cachedFrom === null ? withLeader(view.leaders, result, most) : view.leaders,
        curve: withReward(view.curve, trial, reward),
        fronts: cachedFrom === null ? withScored(view.fronts, row) : view.fronts,
      }
    }
  }
}

/** How many worker threads work at a time. */
export function placesOf({ run }: RunView): number {
  return run?.workers ?? Number.POSITIVE_INFINITY
}

/** Of equal rewards the earlier trial is first; trials come in order. */
function withLeader(leaders: readonly BestTrial[], result: BestTrial, most: number): readonly BestTrial[] {
  const place = leaders.findIndex(({ reward }) => result.reward > reward)
  const at = place === -1 ? leaders.length : place
  return at >= most ? leaders : [...leaders.slice(0, at), result, ...leaders.slice(at)].slice(0, most)
}

function rowOf({ trial, state, policy, elapsedMs, at, worker }: Told, { run }: RunView): HistoryRow {
  const finished = state.kind === 'finished' ? state : null
  const { cost, scores } = finished?.evaluation ?? {}
  const costOf = (name: CostName) => cost?.[name] ?? Number.NaN
  return {
    trial,
    outcome: outcomeOf(state),
    score: scores?.val?.score ?? Number.NaN,
    loss: scores?.val?.loss ?? Number.NaN,
    reward: finished?.reward ?? Number.NaN,
    elapsedMs,
    at,
    worker: worker ?? Number.NaN,
    cachedFrom: finished?.cachedFrom ?? Number.NaN,
    costs: {
      macs: costOf('macs'),
      params: costOf('params'),
      size: costOf('size'),
      bitops: costOf('bitops'),
      latency: costOf('latency'),
      energy: costOf('energy'),
      bytes: costOf('bytes'),
    },
    reason: state.kind === 'failed' ? state.reason.slice(0, REASON) : '',
    values: valuesOf(policy, sitesOf(run)),
  }
}

function outcomeOf(state: TrialState): HistoryRow['outcome'] {
  if (state.kind !== 'finished') return 'failed'
  return state.cachedFrom === null ? 'finished' : 'cached'
}

/** The same object where no front changes. */
function withScored(fronts: RunView['fronts'], { trial, costs, score }: HistoryRow): RunView['fronts'] {
  let next = fronts
  for (const name of costNames) {
    const front = fronts[name] ?? []
    const changed = withCandidate(front, { trial, cost: costs[name], score })
    if (changed !== front) next = { ...next, [name]: changed }
  }
  return next
}
