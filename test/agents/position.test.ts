import { expect, it } from 'vitest'
import { fromPosition, toPosition } from '../../agents/position.js'
import { randomStream } from '../../src/random.js'

it('maps low, middle and high to 0, one half and 1, and back', () => {
  const bounds = { low: 0.2, middle: 0.4, high: 1 }
  for (const [action, position] of [
    [0.2, 0],
    [0.4, 0.5],
    [1, 1],
    [0.7, 0.75],
  ] as const) {
    expect(toPosition({ ...bounds, action })).toBeCloseTo(position, 12)
    expect(fromPosition(position, bounds)).toBeCloseTo(action, 12)
  }
})

it('inverts itself for random intervals', () => {
  const random = randomStream(1, 0, 'position')
  for (let i = 0; i < 1000; i++) {
    const [low, middle, high] = [random.uniform(), random.uniform(), random.uniform()].sort() as [
      number,
      number,
      number,
    ]
    const action = low + (high - low) * random.uniform()
    expect(fromPosition(toPosition({ low, middle, high, action }), { low, middle, high })).toBeCloseTo(
      action,
      9,
    )
  }
})

it('takes an interval of one action', () => {
  expect(toPosition({ low: 0.5, middle: 0.5, high: 0.5, action: 0.5 })).toBe(0.5)
  expect(fromPosition(0.9, { low: 0.5, middle: 0.5, high: 0.5 })).toBe(0.5)
})
