import type { Random } from '../src/random.js'
import type { Transition } from './agent.js'
import { truncatedNormal } from './noise.js'
import { toPosition } from './position.js'

/**
 * A policy as evolution varies it: for each site, the position of its action within what is legal there (`position.ts`).
 * A gene of one half spends evenly what the genes before it left of the budget, so that a change to one site does not
 * undo what the others were chosen for. In single precision, as it is saved.
 */
export type Genome = Float32Array

/** What was really executed: reproduces the policy without its trial having to be kept while it was in flight. */
export function genomeOf(trajectory: readonly Transition[]): Genome {
  return Float32Array.from(trajectory, toPosition)
}

/** Genes about a level, each cut to [0,1]. */
export function genomeAround(level: number, deviation: number, sites: number, random: Random): Genome {
  return Float32Array.from({ length: sites }, () => truncatedNormal(random, level, deviation, 0, 1))
}

/**
 * Changes one gene at least.
 * @param rate the share that changes, at the mean
 */
export function mutated(
  genome: Genome,
  rate: number,
  change: (gene: number) => number,
  random: Random,
): Genome {
  const chosen = random.below(genome.length)
  const others = (rate * genome.length - 1) / Math.max(1, genome.length - 1)
  return genome.map((gene, i) => (i === chosen || random.uniform() < others ? change(gene) : gene))
}
