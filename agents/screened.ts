import { quantileSorted } from 'simple-statistics'
import { type Random, randomStream } from '../src/random.js'
import type { Agent, AgentState, Imagine, Transition } from './agent.js'
import { Archive, type Told } from './archive.js'
import { balanced, type Spent } from './balanced.js'
import { expectedImprovement, fitGaussianProcess, type Point } from './gaussian-process.js'
import { toLegal } from './position.js'
import { actionsOf, Seen } from './seen.js'

/** How proposals are screened. */
export interface ScreenOptions {
  readonly seed: number | string
  readonly sites: number
  /** Actions that are tried first, one list a trial: baselines, which the agent has to beat. */
  readonly plans: readonly (readonly number[])[]
  /** What each action is expected to lose alone, in [0,1]; tells the surrogate what is known beforehand. */
  readonly harms: (actions: readonly number[]) => readonly number[]
  /** Null where as little as can be is to be spent. */
  readonly spent: Spent | null
  /** Trials, the plans included, before the surrogate has a say. */
  readonly warmUp: number
  /** Proposals of the agent itself, and variations of the best trials, that compete for a trial. */
  readonly proposals: number
  readonly variations: number
  /** How many of the best trials are varied; they are never forgotten. */
  readonly elites: number
}

export const screenDefaults = { warmUp: 8, proposals: 24, variations: 72, elites: 5 } as const

/**
 * An agent whose trials are chosen among many proposals by a surrogate: a Gaussian process over the actions of told trials
 * says how much each may be expected to improve on the best (Bayesian optimisation, Jones et al. 1998). Proposals come from
 * the agent with other noise, and from varying the best trials; the agent learns from whatever is tried. Walking the
 * environment costs next to nothing beside an evaluation.
 */
export function screenedAgent(inner: Agent, imagine: Imagine, options: ScreenOptions): Agent {
  const { seed, plans, harms, spent } = options
  const archive = new Archive(options.sites)
  /** Every trial begun. */
  const seen = new Seen()
  /** Told trials of a run that was about the same sites, under other budgets. */
  const background = new Archive(options.sites)
  let plan: readonly number[] = []

  const point = (actions: readonly number[]): Point => {
    const expected = harms(actions)
    const total = expected.reduce((sum, harm) => sum + harm, 0)
    return { place: [...actions, logarithm(total)], terms: expected.map(logarithm) }
  }

  const propose = (trial: number, attempt: number) =>
    imagine(choice => inner.act({ trial, attempt, ...choice }))

  const planned = (actions: readonly number[]) => imagine(choice => toLegal(actions[choice.site]!, choice))

  const screen = (trial: number): readonly Transition[] => {
    const random = randomStream(seed, trial, 'screen')
    const elites = archive.ranked().slice(0, options.elites)
    const pool = [
      ...Array.from({ length: options.proposals }, (_, attempt) => propose(trial, attempt)),
      ...Array.from({ length: options.variations }, () =>
        planned(variation(elites[random.below(elites.length)]!, random, spent)),
      ),
    ].filter(trajectory => !seen.has(actionsOf(trajectory)))
    const known = [...archive.considered(), ...background.considered()]
    const surrogate = fitGaussianProcess(
      known.map(({ actions }) => point(actions)),
      withoutDepths(known.map(({ reward }) => reward)),
    )
    const best = elites[0]!.reward
    const hopes = pool.map(trajectory =>
      expectedImprovement(surrogate.predict(point(actionsOf(trajectory))), best),
    )
    return pool[hopes.indexOf(Math.max(...hopes))] ?? propose(trial, 0)
  }

  const warmUp = () => (background.size > 0 ? plans.length : options.warmUp)

  const decide = (trial: number): readonly Transition[] => {
    const first = plans[trial]
    if (first !== undefined) return planned(first)
    const isReady = trial >= warmUp() && archive.size > 1
    return isReady ? screen(trial) : propose(trial, 0)
  }

  return {
    name: `${inner.name}-surrogate`,

    act(choice) {
      if (choice.site === 0) {
        plan = actionsOf(decide(choice.trial))
        seen.add(plan)
      }
      return toLegal(plan[choice.site]!, choice)
    },

    remember(episode) {
      archive.tell(episode)
      inner.remember(episode)
    },

    learn: trial => inner.learn(trial),

    snapshot(): AgentState {
      const [own, others] = [archive.snapshot(), inner.snapshot()]
      const arrays = { ...others.arrays, ...own.arrays, background: background.snapshot().arrays.told! }
      return { numbers: others.numbers, arrays }
    },

    restore(state) {
      inner.restore(state)
      archive.restore(state)
      seen.clear()
      background.restore({ numbers: {}, arrays: { told: state.arrays.background ?? new Float32Array() } })
    },

    // What was planned had been walked, and so was executed as it was.
    recall: (_, trajectory) => seen.add(actionsOf(trajectory)),

    inherit(state) {
      inner.inherit?.(state)
      if ('told' in state.arrays || 'archive' in state.arrays) background.restore(state)
    },

    dispose: () => inner.dispose(),
  }
}

/** Brings harms of a thousandth to a tenth to the scale of actions. */
const HARM = 20

const logarithm = (harm: number) => Math.log1p(HARM * harm)

/** Standard deviation of a change, in factors of e. */
const CHANGE = 0.4

/** Changes one to three sites of a trial; the others make up for it alike. */
function variation({ actions }: Told, random: Random, spent: Spent | null): readonly number[] {
  const changes = new Map<number, number>()
  const count = 1 + random.below(3)
  for (let i = 0; i < count; i++)
    changes.set(random.below(actions.length), Math.exp(CHANGE * random.normal()))
  return balanced(actions, changes, spent)
}

/** Rewards with those far below the others brought nearer: what a broken network scores says nothing of good ones. */
function withoutDepths(rewards: readonly number[]): readonly number[] {
  const sorted = [...rewards].sort((a, b) => a - b)
  const [lower, upper] = [quantileSorted(sorted, 0.25), quantileSorted(sorted, 0.75)]
  const least = lower - 1.5 * (upper - lower)
  return rewards.map(reward => Math.max(least, reward))
}
