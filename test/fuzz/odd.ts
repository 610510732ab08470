import type { Random } from '../../src/random.js'

export function pick<T>(from: readonly T[], random: Random): T | undefined {
  return from[random.below(Math.max(1, from.length))]
}

/** Numbers that a reader may not have thought of. */
export const ABSURD = [
  0n,
  -1n,
  -7n,
  1n,
  3n,
  2n ** 31n,
  2n ** 32n,
  2n ** 40n,
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n),
]
export const ODD_NAMES = [
  '',
  '__proto__',
  'constructor',
  'a\nb',
  '\u001b[31mred',
  '\ud83d\ude00',
  'x'.repeat(100_000),
]
