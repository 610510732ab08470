import type { Random } from '../src/random.js'
import type { Genome } from './genome.js'

/**
 * A gene between or about those of two parents: one child of simulated binary crossover (Deb & Agrawal 1995), bounded to
 * [0,1] as in Deb's code for NSGA-II, so that a child never has to be cut.
 * @param index larger for children nearer to a parent
 */
function crossedGene(a: number, b: number, index: number, random: Random): number {
  const [low, high] = [Math.min(a, b), Math.max(a, b)]
  if (high - low < 1e-9) return a
  const toLow = random.below(2) === 0
  const u = random.uniform()
  const room = toLow ? low : 1 - high
  const alpha = 2 - (1 + (2 * room) / (high - low)) ** -(index + 1)
  const beta = (u <= 1 / alpha ? u * alpha : 1 / (2 - u * alpha)) ** (1 / (index + 1))
  const child = (low + high + (toLow ? -beta : beta) * (high - low)) / 2
  return Math.min(1, Math.max(0, child))
}

/** A child of two: each gene crossed with probability one half, else the first parent's. */
export function crossed(a: Genome, b: Genome, index: number, random: Random): Genome {
  return a.map((gene, i) => (random.below(2) === 0 ? crossedGene(gene, b[i]!, index, random) : gene))
}

/**
 * A gene after polynomial mutation, bounded to [0,1] (Deb & Goyal 1996, as in Deb's code for NSGA-II).
 * @param index larger for smaller steps
 */
export function polynomialStep(gene: number, index: number, random: Random): number {
  const u = random.uniform()
  const power = 1 / (index + 1)
  const step =
    u < 0.5
      ? (2 * u + (1 - 2 * u) * (1 - gene) ** (index + 1)) ** power - 1
      : 1 - (2 * (1 - u) + 2 * (u - 0.5) * gene ** (index + 1)) ** power
  return Math.min(1, Math.max(0, gene + step))
}
