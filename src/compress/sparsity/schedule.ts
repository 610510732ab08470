export const sparsitySchedules = ['gradual', 'iterative', 'one-shot'] as const

/** How zeros come while a network trains. */
export type SparsitySchedule = (typeof sparsitySchedules)[number]

/** Share of all steps after which no more zeros come: the rest is for what stays to recover. */
const PRUNED_BY = 0.6

/** How often `iterative` prunes. */
const ROUNDS = 5

/** How often `gradual` prunes. */
const UPDATES = 40

/**
 * The share of zeros wanted before a step, from 0 to `final`; it never falls.
 * - gradual: along a cubic, fast at first (Zhu & Gupta 2017, eq. 1)
 * - iterative: in a few rounds that each take the same share of what is left, trained in between (Han et al. 2015)
 * - one-shot: all before the first step
 */
export function sparsityAt(schedule: SparsitySchedule, final: number, step: number, steps: number): number {
  const last = Math.floor((steps - 1) * PRUNED_BY)
  const progress = step >= last ? 1 : step / last
  switch (schedule) {
    case 'gradual': {
      const reached = Math.floor(progress * UPDATES) / UPDATES
      return final * (1 - (1 - reached) ** 3)
    }
    case 'iterative': {
      const round = Math.min(ROUNDS, 1 + Math.floor(progress * (ROUNDS - 1)))
      // To the power of 1 it would be `final` but for a rounding error, and never count as reached.
      return round === ROUNDS ? final : 1 - (1 - final) ** (round / ROUNDS)
    }
    case 'one-shot':
      return final
  }
}
