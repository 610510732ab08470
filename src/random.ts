import { createHash } from 'node:crypto'
import { type RandomGenerator, unsafeUniformIntDistribution, xoroshiro128plus } from 'pure-rand'

/** A stream of random numbers that belongs to one use and depends on nothing but its seed. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number
  /** Standard normal (Box-Muller). */
  normal(): number
  /** Uniform integer in [0, n). */
  below(n: number): number
}

/** The stream of (run seed, trial or step number, purpose): equal arguments give equal numbers, in any process. */
export function randomStream(seed: number | string, number: number, purpose: string): Random {
  const digest = createHash('sha256')
    .update(JSON.stringify([String(seed), number, purpose]))
    .digest()
  const generator: RandomGenerator = xoroshiro128plus(digest.readInt32LE(0))
  const uniform = () => (generator.unsafeNext() >>> 0) / 2 ** 32
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    below: n => unsafeUniformIntDistribution(0, n - 1, generator),
  }
}

/** A random order of 0 … n-1 (Fisher-Yates). */
export function permutation(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}
