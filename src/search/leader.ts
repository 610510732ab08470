import { type Standing, standingOf } from './ladder.js'
import type { RunReader } from './run-store.js'

/**
 * The first of a run's standing, without reading all its trials: one that climbed, or the best of those that did not; null
 * before the first finished trial.
 */
export async function leaderOf(
  store: Pick<RunReader, 'best' | 'trial' | 'climbs'>,
): Promise<Standing | null> {
  const climbs = await store.climbs()
  const climbers = [...new Set(climbs.map(({ trial }) => trial))]
  // Among one more than there are climbers, one did not climb.
  const best = await store.best(climbers.length + 1)
  const candidates = new Map(best.map(trial => [trial.number, trial]))
  for (const number of climbers) {
    const trial = candidates.get(number) ?? (await store.trial(number))
    if (trial !== null) candidates.set(number, trial)
  }
  return standingOf([...candidates.values()], climbs)[0] ?? null
}
