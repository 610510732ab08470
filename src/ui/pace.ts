import type { RunEvent } from '../search/events.js'
import { finalsShare } from './finalists.js'
import { rungShare } from './rung.js'
import type { Pace, RunView, Stretch } from './view.js'

/** From how few evaluated trials a rate says something. */
const FEWEST = 3

/** The pace after `event`; `view` has it already, but for its pace. */
export function paceAfter(view: RunView, event: RunEvent): Pace {
  const { at } = event
  const pace = { ...view.pace, now: at }
  switch (event.type) {
    case 'run-started':
      return {
        started: at,
        now: at,
        trials: { since: at, last: at, evaluated: 0 },
        finals: null,
        climb: null,
      }
    case 'preparing':
    case 'sites-weighed':
    case 'sensitivity-measured':
    case 'baseline':
    case 'trial-begun':
      // Trials that an earlier process began are not begun again: then evaluation starts after the last preparation.
      return pace.trials.evaluated === 0 ? { ...pace, trials: { since: at, last: at, evaluated: 0 } } : pace
    case 'trial-told': {
      const isCached = event.state.kind === 'finished' && event.state.cachedFrom !== null
      if (isCached) return pace
      return { ...pace, trials: { ...pace.trials, last: at, evaluated: pace.trials.evaluated + 1 } }
    }
    case 'rung-begun':
      return { ...pace, climb: { since: at, from: rungShare(view), last: at } }
    case 'climb-told':
      return { ...pace, climb: { ...(pace.climb ?? { since: at, from: rungShare(view) }), last: at } }
    case 'finalist-begun':
    case 'finalist-progress':
    case 'finalist-told':
    case 'finalist-failed':
      return { ...pace, finals: { ...(pace.finals ?? { since: at, from: finalsShare(view) }), last: at } }
    case 'task-begun':
    case 'finalist-measured':
    case 'point-chosen':
    case 'chosen':
    case 'paused':
    case 'continued':
    case 'restarted':
    case 'run-ended':
      return pace
  }
}

/** Evaluated trials a second in the newest process; null before it can be told. */
export function trialsPerSecond({ pace: { trials } }: RunView): number | null {
  const elapsed = trials.last - trials.since
  return trials.evaluated >= FEWEST && elapsed > 0 ? (trials.evaluated * 1000) / elapsed : null
}

/**
 * Time in ms until the trials, the rung or the finalists are done; null before it can be told. Remaining trials
 * are taken to need an evaluation each, so that cached ones only make it sooner.
 */
export function timeLeft(view: RunView): number | null {
  switch (view.phase.kind) {
    case 'searching': {
      const perSecond = trialsPerSecond(view)
      return perSecond === null || view.run === null
        ? null
        : ((view.run.trials - view.told) * 1000) / perSecond
    }
    case 'climbing':
      return restOf(view.pace.climb, rungShare(view))
    case 'fine-tuning':
      return restOf(view.pace.finals, finalsShare(view))
    case 'waiting':
    case 'preparing':
    case 'measuring':
    case 'ended':
      return null
  }
}

/** Time in ms for the rest of a piece of work of which `share` is done. */
function restOf(stretch: Stretch | null, share: number): number | null {
  if (stretch === null) return null
  const gained = share - stretch.from
  return gained < 0.02 ? null : ((stretch.last - stretch.since) * (1 - share)) / gained
}

/** Time in ms from the start of the newest process to its newest event. */
export function elapsed({ pace }: RunView): number {
  return Math.max(0, pace.now - pace.started)
}
