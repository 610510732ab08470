import type { RunEvent } from '../search/events.js'
import { withReward } from './curve.js'
import type { BestTrial, RunView, WorkerView } from './view.js'

type Told = Extract<RunEvent, { type: 'trial-told' }>

/** How many told trials the view keeps: more than the tallest screen lists. */
export const maxRecent = 100

/** How many leaders it keeps at most. */
const maxLeaders = 50

/** The view after a trial was told; the phase is left to the caller. */
export function withTold(view: RunView, event: Told): RunView {
  const { trial, state, elapsedMs } = event
  const common: RunView = {
    ...view,
    told: Math.max(view.told, trial + 1),
    begun: Math.max(view.begun, trial + 1),
    agent: event.agent,
    recent: [...view.recent.slice(1 - maxRecent), { trial, state, elapsedMs }],
    workers: event.worker === null ? view.workers : withWork(view.workers, event.worker, trial, elapsedMs),
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
      }
    }
  }
}

/** Of equal rewards the earlier trial is first; trials come in order. */
function withLeader(leaders: readonly BestTrial[], result: BestTrial, most: number): readonly BestTrial[] {
  const place = leaders.findIndex(({ reward }) => result.reward > reward)
  const at = place === -1 ? leaders.length : place
  return at >= most ? leaders : [...leaders.slice(0, at), result, ...leaders.slice(at)].slice(0, most)
}

function withWork(
  workers: readonly WorkerView[],
  worker: number,
  trial: number,
  ms: number,
): readonly WorkerView[] {
  const known = workers.find(other => other.worker === worker)
  const work = { worker, trials: (known?.trials ?? 0) + 1, lastTrial: trial, lastMs: ms }
  if (known !== undefined) return workers.map(other => (other === known ? work : other))
  return [...workers, work].sort((a, b) => a.worker - b.worker)
}
