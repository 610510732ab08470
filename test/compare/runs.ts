import type { ComparedRun } from '../../src/compare/run.js'
import type { Told } from '../../src/compare/told.js'
import type { Random } from '../../src/random.js'

/** Told trials of these scores; null for one that failed. */
export function toldOf(scores: readonly (number | null)[], ms: (i: number) => number): readonly Told[] {
  return scores.map((score, i) => {
    const known = scores.slice(0, i + 1).filter(one => one !== null)
    const best = known.length === 0 ? null : Math.max(...known)
    return { evaluations: i + 1, ms: ms(i), score, best }
  })
}

export function runOf(changes: Partial<ComparedRun>): ComparedRun {
  const told = changes.told ?? []
  return {
    run: 'runs/a',
    group: 'ddpg',
    agent: 'ddpg',
    seed: 1,
    metric: 'top1',
    finished: true,
    planned: told.length,
    told,
    chosen: null,
    ...changes,
  }
}

/** Scores in steps of a hundredth, so that there are ties, with failures in between; times are whole ms. */
export function randomRun(random: Random, changes: Partial<ComparedRun>): ComparedRun {
  const n = 1 + random.below(12)
  const scores = Array.from({ length: n }, () => (random.uniform() < 0.2 ? null : random.below(100) / 100))
  let at = 0
  const times = scores.map(() => {
    at += random.below(4)
    return at
  })
  return runOf({ told: toldOf(scores, i => times[i]!), planned: n + random.below(3), ...changes })
}
