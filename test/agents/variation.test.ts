import { expect, it } from 'vitest'
import { crossed, polynomialStep } from '../../agents/variation.js'
import { randomStream } from '../../src/random.js'

const random = randomStream(1, 0, 'variation')

it('crosses genes within [0,1], as often above as below, the nearer to a parent the larger the index', () => {
  const [a, b] = [new Float32Array(1000).fill(0.4), new Float32Array(1000).fill(0.6)]
  const distances = [2, 30].map(index => {
    const child = crossed(a, b, index, random)
    const changed = child.filter(gene => gene !== Math.fround(0.4))
    expect(changed.length).toBeGreaterThan(400)
    expect(changed.length).toBeLessThan(600)
    expect(Math.min(...child)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...child)).toBeLessThanOrEqual(1)
    // Its mean is that of the parents, whatever the index.
    expect(changed.reduce((sum, gene) => sum + gene, 0) / changed.length).toBeCloseTo(0.5, 1)
    return changed.reduce((sum, gene) => sum + Math.min(Math.abs(gene - 0.4), Math.abs(gene - 0.6)), 0)
  })
  expect(distances[0]).toBeGreaterThan(2 * distances[1]!)
})

it('gives equal parents a child like them', () => {
  const parent = Float32Array.of(0, 0.3, 1)
  expect(crossed(parent, parent, 10, random)).toEqual(parent)
})

it('crosses parents at the bounds within them', () => {
  const [a, b] = [new Float32Array(500).fill(0), new Float32Array(500).fill(1)]
  expect([...crossed(a, b, 10, random)].every(gene => gene >= 0 && gene <= 1)).toBe(true)
})

it('mutates by what the distribution says, within [0,1]', () => {
  const draws = (gene: number, index: number) =>
    Array.from({ length: 4000 }, () => polynomialStep(gene, index, random))
  for (const gene of [0, 0.1, 0.5, 1])
    expect(draws(gene, 5).every(found => found >= 0 && found <= 1)).toBe(true)
  // Far from the bounds the density is (n + 1)/2 (1 - |d|)^n: the mean of |d| is 1/(n + 2).
  const steps = draws(0.5, 20).map(found => Math.abs(found - 0.5))
  expect(steps.reduce((sum, step) => sum + step, 0) / steps.length).toBeCloseTo(1 / 22, 2)
})
