import { describe, expect, it } from 'vitest'
import { paceAt } from '../../src/train/schedule.js'

const base = { learningRate: 0.1, momentum: 0.9 }
const STEPS = 200

const all = (schedule: 'cosine' | 'one-cycle' | 'constant', steps = STEPS) =>
  Array.from({ length: steps }, (_, step) => paceAt({ ...base, schedule }, step, steps))

/** PyTorch's OneCycleLR with its own defaults, as its source computes it: phases by their last step, cosine annealing. */
function oneCycleLr(largest: number, total: number, step: number) {
  const anneal = ([start, end]: readonly [number, number], share: number) =>
    end + ((start - end) / 2) * (Math.cos(Math.PI * share) + 1)
  const first = largest / 25
  const phases = [
    { end: 0.3 * total - 1, rates: [first, largest], momenta: [0.95, 0.85] },
    { end: total - 1, rates: [largest, first / 1e4], momenta: [0.85, 0.95] },
  ] as const
  let start = 0
  for (const [i, { end, rates, momenta }] of phases.entries()) {
    if (step <= end || i === phases.length - 1) {
      const share = (step - start) / (end - start)
      return { rate: anneal(rates, share), momentum: anneal(momenta, share) }
    }
    start = end
  }
  throw new Error('no phase')
}

describe('schedules', () => {
  it.each([10, 37, STEPS])("takes one cycle as PyTorch's OneCycleLR does, over %d steps", steps => {
    all('one-cycle', steps).forEach((pace, step) => {
      const expected = oneCycleLr(0.1, steps, step)
      expect(pace.rate).toBeCloseTo(expected.rate, 9)
      expect(pace.momentum).toBeCloseTo(expected.momentum, 9)
    })
  })

  it('rises in a twentieth of the steps and falls along half a cosine', () => {
    const rates = all('cosine').map(({ rate }) => rate)
    expect(rates.slice(0, 10)).toEqual(
      Array.from({ length: 10 }, (_, i) => expect.closeTo(0.01 * (i + 1), 9)),
    )
    expect(Math.max(...rates)).toBeCloseTo(0.1, 9)
    // Half-way down the cosine stands half the rate, at the end next to nothing.
    expect(rates[10 + 95]).toBeCloseTo(0.05, 9)
    expect(rates.at(-1)).toBeLessThan(1e-4)
  })

  it('keeps a constant pace', () => {
    expect(new Set(all('constant').map(pace => JSON.stringify(pace))).size).toBe(1)
  })

  it.each(['cosine', 'one-cycle', 'constant'] as const)(
    '%s gives numbers for a single step and for none',
    schedule => {
      for (const steps of [0, 1, 2, 3]) {
        const { rate, momentum } = paceAt({ ...base, schedule }, 0, steps)
        expect(rate).toBeGreaterThan(0)
        expect(rate).toBeLessThanOrEqual(0.1)
        expect(momentum).toBeLessThanOrEqual(0.95)
      }
    },
  )
})
