import type { Agent } from './agent.js'
import { Archive } from './archive.js'

/** What a greedy search goes by. */
export interface GreedyOptions {
  readonly sites: number
  /** Where it starts: the share that every site keeps. */
  readonly share: number
  /** Cost of some actions, as a share of what the budgets allow; null where as little as can be is to be spent. */
  readonly spent: ((actions: readonly number[]) => number) | null
}

/** Share of its action that a site loses in the first pass over the sites, and what is left of that in each further one. */
const CUT = 0.4
const FADE = 0.75

/** Halvings of the interval in which the share of the others is sought. */
const HALVINGS = 16

/**
 * Greedy search after NetAdapt (Yang et al. 2018, algorithm 1): every site in turn is cut a little more than in the best
 * network so far, each cut is evaluated, and the best goes on. NetAdapt walks down to the budget so; here every proposal
 * meets the budget, as the others get back what the cut frees, and so each is a result. Without a budget to spend it walks
 * down as they do.
 */
export function greedyAgent({ sites, share, spent }: GreedyOptions): Agent {
  const archive = new Archive(sites)
  let plan: readonly number[] = []

  const proposal = (trial: number): readonly number[] => {
    const best = archive.ranked()[0]?.actions ?? new Array<number>(sites).fill(share)
    if (trial === 0) return best
    const cut = CUT * FADE ** Math.floor((trial - 1) / sites)
    const at = (trial - 1) % sites
    const withOthers = (factor: number) =>
      best.map((action, site) => (site === at ? action * (1 - cut) : Math.min(1, action * factor)))
    if (spent === null) return withOthers(1)
    let [low, high] = [1, 1 / Math.min(...best)]
    if (spent(withOthers(high)) <= 1) return withOthers(high)
    for (let i = 0; i < HALVINGS; i++) {
      const factor = (low + high) / 2
      if (spent(withOthers(factor)) <= 1) low = factor
      else high = factor
    }
    return withOthers(low)
  }

  return {
    name: 'greedy',
    act({ trial, site, low, high }) {
      if (site === 0) plan = proposal(trial)
      return Math.min(high, Math.max(low, plan[site]!))
    },
    remember: episode => archive.tell(episode),
    learn: async () => ({ phase: 'learning' }),
    snapshot: () => archive.snapshot(),
    restore: state => archive.restore(state),
    async dispose() {},
  }
}
