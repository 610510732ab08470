import { describe, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { bestChain, isWithin } from '../../src/search/nested.js'

interface One {
  readonly keep: Readonly<Record<string, number>>
  readonly score: number
}

const fits = (inner: One, outer: One) => isWithin(inner, outer)

/** Every chain there is, one after the other. */
function slowBest(layers: readonly (readonly One[])[]): number | null {
  const totals = (place: number, outer: One | null): number[] => {
    const layer = layers[place]
    if (layer === undefined) return [0]
    return layer
      .filter(
        ({ keep }) => outer === null || Object.keys(keep).every(name => keep[name]! <= outer.keep[name]!),
      )
      .flatMap(one => totals(place + 1, one).map(total => total + one.score))
  }
  const all = totals(0, null)
  return all.length === 0 ? null : Math.max(...all)
}

describe('the best chain', () => {
  it('is the best of all chains', () => {
    let none = 0
    for (let seed = 0; seed < 200; seed++) {
      const random = randomStream(seed, 0, 'chain')
      const layers = Array.from({ length: 1 + random.below(4) }, () =>
        Array.from({ length: random.below(7) }, (): One => {
          const keep = { a: random.below(5), b: random.below(5), c: random.below(3) }
          return { keep, score: random.below(100) }
        }),
      )
      const chain = bestChain(layers, fits, ({ score }) => score)
      const expected = slowBest(layers)
      if (chain === null) none++
      else {
        expect(chain).toHaveLength(layers.length)
        for (const [i, one] of chain.entries()) {
          expect(layers[i]).toContain(one)
          if (i > 0) expect(fits(one, chain[i - 1]!)).toBe(true)
        }
      }
      expect(chain?.reduce((sum, { score }) => sum + score, 0) ?? null).toBe(expected)
    }
    expect(none).toBeGreaterThan(0)
    expect(none).toBeLessThan(200)
  })
})
