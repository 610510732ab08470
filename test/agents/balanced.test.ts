import { describe, expect, it } from 'vitest'
import { balanced } from '../../agents/balanced.js'
import { randomStream } from '../../src/random.js'

const random = randomStream('balanced', 0, 'cases')
const cases = Array.from({ length: 100 }, () => {
  const actions = Array.from({ length: 5 }, () => 0.05 + 0.95 * random.uniform())
  const prices = actions.map(() => 0.1 + random.uniform())
  const budget = 0.3 + random.uniform()
  const spent = (chosen: readonly number[]) =>
    chosen.reduce((sum, action, site) => sum + action * prices[site]!, 0) / budget
  const at = random.below(5)
  return { actions, spent, at, factor: Math.exp(0.4 * random.normal()) }
})

describe('balanced actions', () => {
  it.each(cases)('spend all there is, the others changed alike', ({ actions, spent, at, factor }) => {
    const found = balanced(actions, new Map([[at, factor]]), spent)
    expect(found[at]).toBe(Math.min(1, actions[at]! * factor))
    const others = actions.flatMap((action, site) => (site === at ? [] : [[action, found[site]!] as const]))
    const ratio = Math.max(...others.map(([before, after]) => after / before))
    for (const [before, after] of others) expect(after).toBeCloseTo(Math.min(1, before * ratio), 10)
    const hasRoom = others.some(([, after]) => after < 1)
    const isAffordable =
      spent(actions.map((action, site) => (site === at ? Math.min(1, action * factor) : 0))) <= 1
    if (isAffordable) expect(spent(found)).toBeLessThanOrEqual(1)
    if (isAffordable && hasRoom) expect(spent(found)).toBeGreaterThan(0.999)
  })

  it('leaves the others as they are where nothing has to be spent', () => {
    expect(balanced([0.5, 0.4, 0.9], new Map([[1, 0.5]]), null)).toEqual([0.5, 0.2, 0.9])
  })
})
