import { type Random, randomStream } from '../src/random.js'
import type { Agent } from './agent.js'
import { type Genome, genomeAround, genomeOf, mutated } from './genome.js'
import { truncatedNormal } from './noise.js'
import { fromPosition } from './position.js'
import { joinRows, savedRows } from './saved.js'

/** Settings of regularised evolution. */
export interface EvolutionOptions {
  readonly seed: number | string
  /** Decisions an episode. */
  readonly sites: number
  /** P: how many told trials are alive. */
  readonly population: number
  /** S: how many of them a parent is the best of. */
  readonly sample: number
  /** Trials that are random, before the first has a parent. */
  readonly warmUp: number
  /** Standard deviation of the first genes about the even policy, in positions. */
  readonly spread: number
  /** Share of the genes that a mutation changes, at the mean; at least one gene. */
  readonly rate: number
  /** Standard deviation of such a change, in positions. */
  readonly step: number
}

/**
 * For a population of some tens. Real et al. change one thing at a time; here a small change mostly rounds to the
 * width there was: of 100 trials of ResNet-14 whose mutations changed two genes by 0.2, 56 repeated an earlier policy.
 */
export const evolutionDefaults = {
  sample: 5,
  spread: 0.25,
  rate: 0.2,
  step: 0.3,
} as const satisfies Partial<EvolutionOptions>

/** A told trial that may be a parent. */
interface Individual {
  readonly genome: Genome
  /** In single precision, as it is saved. */
  readonly reward: number
}

/**
 * Regularised evolution (Real et al. 2019, algorithm 1): the best of a few drawn from the population has a mutated child,
 * and the oldest dies, however good. Sizes are for runs of some hundred trials; theirs has 20,000 and P = 100, S = 25.
 * With several trials in flight a child comes from the population that is told when it begins; failed trials have no part.
 */
export function evolutionAgent(options: EvolutionOptions): Agent {
  const { seed, sites } = options
  /** From the oldest to the youngest. */
  let population: readonly Individual[] = []

  /** A function of the state and of which proposal it is, so that nothing has to be kept between two sites. */
  const propose = (trial: number, attempt: number): Genome => {
    // The even policy is a good one, and the only one that needs no search.
    if (trial === 0 && attempt === 0) return new Float32Array(sites).fill(0.5)
    const random = randomStream(seed, trial, attempt === 0 ? 'evolution' : `evolution, attempt ${attempt}`)
    if (trial < options.warmUp || population.length === 0)
      return genomeAround(0.5, options.spread, sites, random)
    const { genome } = bestOfSample(population, options.sample, random)
    return mutated(genome, options.rate, gene => truncatedNormal(random, gene, options.step, 0, 1), random)
  }

  return {
    name: 'evolution',

    act: ({ trial, attempt = 0, site, ...bounds }) => fromPosition(propose(trial, attempt)[site]!, bounds),

    remember({ trajectory, reward }) {
      const born = { genome: genomeOf(trajectory), reward: Math.fround(reward) }
      population = [...population, born].slice(-options.population)
    },

    learn: async trial => ({
      warmUp: options.warmUp,
      phase: trial + 1 < options.warmUp ? 'warm-up' : 'learning',
    }),

    snapshot: () => ({
      numbers: {},
      arrays: { population: joinRows(population.map(({ genome, reward }) => [...genome, reward])) },
    }),

    restore(state) {
      population = savedRows(state, 'population', sites + 1).map(row => ({
        genome: row.slice(0, sites),
        reward: row[sites]!,
      }))
    },

    async dispose() {},
  }
}

/** The best of some drawn with replacement; of equally good ones, the one drawn first. */
function bestOfSample(population: readonly Individual[], sample: number, random: Random): Individual {
  const drawn = Array.from({ length: sample }, () => population[random.below(population.length)]!)
  return drawn.reduce((best, one) => (one.reward > best.reward ? one : best))
}
