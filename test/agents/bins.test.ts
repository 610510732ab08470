import { expect, it } from 'vitest'
import { binPosition, drawBin, logitsAroundMiddle } from '../../agents/bins.js'
import { randomStream } from '../../src/random.js'

it('draws bins as often as the softmax says, and tells with what probability', () => {
  const random = randomStream(1, 0, 'bins')
  const logits = [-1, 2, 0.5, 1]
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0)
  const counts = logits.map(() => 0)
  for (let i = 0; i < 20_000; i++) {
    const { bin, log } = drawBin(logits, random)
    counts[bin]!++
    expect(log).toBeCloseTo(logits[bin]! - Math.log(total), 5)
  }
  for (const [bin, logit] of logits.entries())
    expect(counts[bin]! / 20_000).toBeCloseTo(Math.exp(logit) / total, 1)
})

it('takes logits that differ by more than an exponential holds', () => {
  expect(drawBin([-2000, 0, -2000], randomStream(1, 0, 'bins'))).toEqual({ bin: 1, log: 0 })
})

it('places bins from 0 to 1 with one half between, where first choices are likeliest', () => {
  expect([0, 4, 8].map(bin => binPosition(bin, 9))).toEqual([0, 0.5, 1])
  const logits = logitsAroundMiddle(9, 0.25)
  expect(Math.max(...logits)).toBe(logits[4])
  expect(logits[0]).toBeCloseTo(-0.5 * 2 ** 2, 12)
  expect(logits.toReversed()).toEqual(logits)
})
