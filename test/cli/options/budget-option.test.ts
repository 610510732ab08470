import { describe, expect, it } from 'vitest'
import { limitOf, parseBudget } from '../../../src/cli/options/budget-option.js'

describe('a budget', () => {
  it.each([
    ['macs=50%', 'macs', 200, 100],
    ['macs=10M', 'macs', 200, 10e6],
    ['size=100k', 'size', 200, 100e3],
    ['latency=1.5ms', 'latency', 3, 1.5],
    ['latency=50%', 'latency', 3, 1.5],
    ['latency=2000', 'latency', 7744, 2000],
    ['energy=0.2mJ', 'energy', 1, 0.2],
  ] as const)('%s limits %s of %d to %d', (text, kind, original, limit) => {
    const { kind: found, asked } = parseBudget(text)
    expect(found).toBe(kind)
    expect(limitOf(asked, original)).toBeCloseTo(limit, 9)
  })

  it.each([
    ['macs=5ms', 'ms is no unit of macs'],
    ['latency=5mJ', 'mJ is no unit of latency'],
    ['speed=5', 'expected one of macs, params, size, bitops, latency, energy, found speed'],
    ['macs=0%', 'expected more than nothing'],
    ['macs', 'expected KIND=VALUE'],
  ])('%s is refused: %s', (text, reason) => {
    expect(() => parseBudget(text)).toThrow(reason)
  })
})
