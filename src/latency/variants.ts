import { randomStream } from '../random.js'

/** A channel group as far as its width counts. */
interface Sized {
  readonly name: string
  readonly size: number
}

/** Multiples that widths are drawn from, in turn: kernels favour some, and a profile must tell which. */
const MULTIPLES = [16, 1, 8, 1, 4, 1] as const

/**
 * Widths of one of endlessly many variants of a network, by group: the 0th is the network itself, each other one has
 * widths from a least share of its own up to the whole.
 */
export function variantWidths(groups: readonly Sized[], number: number): ReadonlyMap<string, number> {
  if (number === 0) return new Map(groups.map(({ name, size }) => [name, size]))
  const random = randomStream(0, number, 'variant')
  const multiple = MULTIPLES[number % MULTIPLES.length]!
  const least = 0.1 + 0.8 * random.uniform()
  return new Map(
    groups.map(({ name, size }) => {
      const width = size * (least + (1 - least) * random.uniform())
      const rounded = Math.round(width / multiple) * multiple
      return [name, Math.min(size, Math.max(1, rounded))]
    }),
  )
}
