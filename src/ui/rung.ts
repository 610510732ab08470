import type { RunEvent } from '../search/events.js'
import type { RungView, RunView } from './view.js'

export type RungEvent = Extract<RunEvent, { type: 'rung-begun' | 'climb-told' }>

/** The rung after one more event. A process that resumes begins its rung again, and tells only what is left of it. */
export function withRung({ rung: known }: RunView, event: RungEvent): RungView {
  switch (event.type) {
    case 'rung-begun': {
      const { rung, steps, trials } = event
      return known?.rung === rung
        ? { ...known, trials }
        : { rung, steps, trials, told: 0, failed: 0, best: null }
    }
    case 'climb-told': {
      const { rung, steps, trial, policy, state } = event
      const before = known?.rung === rung ? known : { rung, steps, trials: 1, told: 0, failed: 0, best: null }
      const next = { ...before, told: before.told + 1 }
      if (state.kind !== 'finished') return { ...next, failed: next.failed + 1 }
      const { evaluation, reward } = state
      const leads = next.best === null || reward > next.best.reward
      return leads ? { ...next, best: { trial, policy, evaluation, reward } } : next
    }
  }
}

/** The part of the rung that is done, in [0,1]. */
export function rungShare({ rung }: RunView): number {
  return rung === null ? 0 : Math.min(1, rung.told / Math.max(1, rung.trials))
}
