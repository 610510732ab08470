import type { Agent } from './agent.js'
import { Archive } from './archive.js'
import { balanced, type Spent } from './balanced.js'
import { toLegal } from './position.js'

/** What a greedy search goes by. */
export interface GreedyOptions {
  readonly sites: number
  /** Where it starts: the share that every site keeps. */
  readonly share: number
  /** Cost of some actions, as a share of what the budgets allow; null where as little as can be is to be spent. */
  readonly spent: Spent | null
}

/** By what share of its action a site changes in the first pass over the sites, and what is left of that in each further one. */
const CHANGE = 0.4
const FADE = 0.85

/**
 * Greedy search after NetAdapt (Yang et al. 2018, algorithm 1): every site in turn is changed a little from the best
 * network so far, each change is evaluated, and the best goes on. NetAdapt cuts alone, and so walks down to the budget;
 * here every proposal meets the budget, as the others get back what a cut frees and pay for what a site gains, and so each
 * is a result. Passes of cuts and of gains take turns. Without a budget to spend, the others stay as they are.
 */
export function greedyAgent({ sites, share, spent }: GreedyOptions): Agent {
  const archive = new Archive(sites)
  let plan: readonly number[] = []

  const proposal = (trial: number): readonly number[] => {
    const best = archive.ranked()[0]?.actions ?? new Array<number>(sites).fill(share)
    if (trial === 0) return best
    const pass = Math.floor((trial - 1) / sites)
    const step = CHANGE * FADE ** pass
    const change = pass % 2 === 0 ? 1 - step : 1 + step
    const at = (trial - 1) % sites
    return balanced(best, new Map([[at, change]]), spent)
  }

  return {
    name: 'greedy',
    act(choice) {
      if (choice.site === 0) plan = proposal(choice.trial)
      return toLegal(plan[choice.site]!, choice)
    },
    remember: episode => archive.tell(episode),
    learn: async () => ({ phase: 'learning' }),
    snapshot: () => archive.snapshot(),
    restore: state => archive.restore(state),
    async dispose() {},
  }
}
