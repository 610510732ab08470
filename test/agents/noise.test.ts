import { expect, it } from 'vitest'
import { noiseAt, truncatedNormal } from '../../agents/noise.js'
import { randomStream } from '../../src/random.js'

it('draws a normal cut at its bounds', () => {
  const random = randomStream(2, 0, 'noise')
  const draws = Array.from({ length: 20_000 }, () => truncatedNormal(random, 0, 1, -1, 1))
  expect(Math.max(...draws.map(Math.abs))).toBeLessThanOrEqual(1)
  const variance = draws.reduce((sum, x) => sum + x * x, 0) / draws.length
  // Var of N(0,1) on [-1,1] is 1 - 2 phi(1) / (2 Phi(1) - 1) = 0.29112...
  expect(variance).toBeCloseTo(0.2911, 1)
})

it('falls from its start to its floor over the trials, and holds it beyond them', () => {
  const schedule = { warmUp: 10, trials: 100, initial: 0.4, floor: 0.05 }
  expect(noiseAt(schedule, 0)).toBeCloseTo(0.4, 12)
  expect(noiseAt(schedule, 10)).toBeCloseTo(0.4, 12)
  expect(noiseAt(schedule, 99)).toBeCloseTo(0.05, 12)
  expect(noiseAt(schedule, 500)).toBeCloseTo(0.05, 12)
})
