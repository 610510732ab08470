import { describe, expect, it } from 'vitest'
import type { Budget } from '../../envs/budget.js'
import { type Decidable, nearestPosition } from '../../envs/site.js'
import { rampActions, uniformAction } from '../../envs/uniform-action.js'
import { randomStream } from '../../src/random.js'

const random = randomStream(1, 0, 'ramp')

/** Sites of up to 16 widths, and a budget on a chain of layers, each of which costs the product of two. */
function drawProblem(share: number): { readonly sites: Decidable[]; readonly budgets: Budget[] } {
  const sites = Array.from({ length: 2 + random.below(10) }, (_, i): Decidable => {
    const legal = Array.from({ length: 1 + random.below(16) }, (_, k) => k + 1)
    const actions = legal.map(width => width / legal.length)
    return { kind: 'keep', name: `${i}`, legal, actions, layers: [] }
  })
  const weights = sites.map(() => 1 + random.below(9))
  const cost = (values: ArrayLike<number>) =>
    weights.reduce((sum, weight, i) => sum + weight * values[i]! * (i > 0 ? values[i - 1]! : 1), 0)
  const limit = Math.max(cost(sites.map(() => 1)), share * cost(sites.map(({ legal }) => legal.at(-1)!)))
  return { sites, budgets: [{ kind: 'macs', limit, cost }] }
}

function costOf({ sites, budgets }: ReturnType<typeof drawProblem>, actions: readonly number[]): number {
  return budgets[0]!.cost(
    sites.map((site, i) => site.legal[nearestPosition(site, actions[i]!, 0, site.legal.length - 1)]!),
  )
}

describe.each([
  { slope: 0.5, name: 'rise' },
  { slope: -0.5, name: 'fall' },
  { slope: 0, name: 'stay' },
])('actions that $name over depth', ({ slope }) => {
  it('do so linearly, but for where they are cut, and fit the budget', () => {
    for (let round = 0; round < 200; round++) {
      const problem = drawProblem(0.1 + 0.8 * random.uniform())
      const { sites, budgets } = problem
      const actions = rampActions(sites, budgets, slope)
      expect(actions.length).toBe(sites.length)
      expect(Math.min(...actions)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...actions)).toBeLessThanOrEqual(1)
      for (const [i, action] of actions.slice(1).entries()) {
        const rise = action - actions[i]!
        expect(Math.sign(rise) * Math.sign(slope)).toBeGreaterThanOrEqual(0)
        if ([action, actions[i]!].every(one => one > 0 && one < 1))
          expect(rise).toBeCloseTo(slope / (sites.length - 1), 9)
      }
      expect(costOf(problem, actions)).toBeLessThanOrEqual(budgets[0]!.limit)
    }
  })

  it('lie as high as they may', () => {
    for (let round = 0; round < 200; round++) {
      const problem = drawProblem(0.1 + 0.8 * random.uniform())
      const actions = rampActions(problem.sites, problem.budgets, slope)
      const inside = actions.findIndex(action => action > 0 && action < 1)
      if (inside < 0) continue
      const line = (higher: number) =>
        actions.map((_, i) => {
          const action = actions[inside]! + (slope * (i - inside)) / (actions.length - 1) + higher
          return Math.min(1, Math.max(0, action))
        })
      expect(costOf(problem, line(0.0051))).toBeGreaterThan(problem.budgets[0]!.limit)
    }
  })
})

it('keeps everything where the budget asks for nothing', () => {
  const problem = drawProblem(1)
  expect(rampActions(problem.sites, problem.budgets, 0.5)).toEqual(problem.sites.map(() => 1))
})

it('is the uniform action where it does not slope', () => {
  for (let round = 0; round < 50; round++) {
    const { sites, budgets } = drawProblem(0.5)
    expect(rampActions(sites, budgets, 0)[0]).toBeCloseTo(uniformAction(sites, budgets), 9)
  }
})

it('takes a single site', () => {
  const sites: Decidable[] = [{ kind: 'keep', name: 'a', legal: [1, 2], actions: [0.5, 1], layers: [] }]
  const budgets: Budget[] = [{ kind: 'macs', limit: 1, cost: values => values[0]! }]
  expect(costOf({ sites, budgets }, rampActions(sites, budgets, -0.5))).toBe(1)
})
