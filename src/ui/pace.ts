import type { RunEvent } from '../search/events.js'
import { finalsShare } from './finalists.js'
import type { Pace, RunView } from './view.js'

/** From how few evaluated trials a rate says something. */
const FEWEST = 3

/** The pace after `event`; `view` has it already, but for its pace. */
export function paceAfter(view: RunView, event: RunEvent): Pace {
  const { at } = event
  const pace = { ...view.pace, now: at }
  switch (event.type) {
    case 'run-started':
      return { started: at, now: at, trials: { since: at, last: at, evaluated: 0 }, finals: null }
    case 'preparing':
    case 'baseline':
    case 'trial-begun':
      // Trials that an earlier process began are not begun again: then evaluation starts after the last preparation.
      return pace.trials.evaluated === 0 ? { ...pace, trials: { since: at, last: at, evaluated: 0 } } : pace
    case 'trial-told': {
      const isCached = event.state.kind === 'finished' && event.state.cachedFrom !== null
      if (isCached) return pace
      return { ...pace, trials: { ...pace.trials, last: at, evaluated: pace.trials.evaluated + 1 } }
    }
    case 'finalist-begun':
    case 'finalist-progress':
    case 'finalist-told':
    case 'finalist-failed':
      return { ...pace, finals: { ...(pace.finals ?? { since: at, from: finalsShare(view) }), last: at } }
    case 'chosen':
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
 * Time in ms until the trials, or in the last rung the finalists, are done; null before it can be told. Remaining trials
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
    case 'fine-tuning': {
      const { finals } = view.pace
      if (finals === null) return null
      const share = finalsShare(view)
      const gained = share - finals.from
      return gained < 0.02 ? null : ((finals.last - finals.since) * (1 - share)) / gained
    }
    case 'waiting':
    case 'preparing':
    case 'measuring':
    case 'ended':
      return null
  }
}

/** Time in ms from the start of the newest process to its newest event. */
export function elapsed({ pace }: RunView): number {
  return Math.max(0, pace.now - pace.started)
}
