import type { Policy } from '../compress/policy.js'
import type { RunEvent } from '../search/events.js'

/** A trial that is begun and not told yet, and since when, ms since the epoch. */
export interface FlyingTrial {
  readonly trial: number
  readonly since: number
  readonly policy: Policy
}

/** The trials under way after one more event, by number. A process that resumes evaluates them anew. */
export function withFlight(flying: readonly FlyingTrial[], event: RunEvent): readonly FlyingTrial[] {
  switch (event.type) {
    case 'run-started':
      return flying.map(trial => ({ ...trial, since: event.at }))
    case 'trial-begun': {
      const { trial, policy, at } = event
      return [...flying.filter(other => other.trial !== trial), { trial, since: at, policy }].sort(
        (a, b) => a.trial - b.trial,
      )
    }
    case 'trial-told':
      return flying.filter(({ trial }) => trial > event.trial)
    default:
      return flying
  }
}
