import type { SiteSummary } from '../search/events.js'
import type { RunFacts } from './view.js'

/** All that a run decides, in decision order; runs older than bits decided widths alone. */
export function sitesOf(run: RunFacts | null): readonly SiteSummary[] {
  return run?.sites ?? run?.groups.map(({ name, size }) => ({ kind: 'keep', name, most: size })) ?? []
}
