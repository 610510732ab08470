import { describe, expect, it } from 'vitest'
import { assertAims, maxDropOf, pointLimits } from '../../../src/cli/search/aims.js'

const aims = {
  budget: ['params=50%'],
  points: [],
  nested: false,
  decide: ['keep'],
  agent: 'ddpg',
  trials: 10,
} satisfies Parameters<typeof assertAims>[0]

describe('aims that do not go together', () => {
  it.each([
    [{ budget: [] }, '--budget is missing, or --max-drop instead'],
    [
      { budget: [], maxDrop: 1, points: ['5%'] },
      '--points: expected a --budget, of whose kind they are smaller limits',
    ],
    [{ maxDrop: 1, points: ['5%'] }, '--points and --max-drop: expected one of the two'],
    [
      { points: ['5%', '4%'], trials: 2 },
      '--trials 2: expected at least one for the budget and for each of --points',
    ],
    [{ nested: true }, '--nested: expected --points, whose models nest'],
    [
      { nested: true, points: ['5%'], decide: ['keep', 'rank'] },
      '--nested: channels nest, so expected --decide keep, found keep,rank',
    ],
    [{ minimize: 'macs' }, '--minimize macs: expected --max-drop, within which the cost is small'],
    [{ maxDrop: 1, reward: 'loss' }, '--reward loss: --max-drop has a reward of its own, within-drop'],
    [{ reward: 'within-drop' }, '--reward within-drop: expected --max-drop'],
    [{ maxDrop: 1, agent: 'ip' }, '--agent ip: it spends a budget, so it cannot follow --max-drop'],
  ] satisfies readonly (readonly [Partial<Parameters<typeof assertAims>[0]>, string])[])(
    '%j are refused',
    (some, message) => {
      expect(() => assertAims({ ...aims, ...some })).toThrow(message)
    },
  )

  it('are few', () => {
    expect(() => assertAims({ ...aims, points: ['5%'], nested: true })).not.toThrow()
    expect(() => assertAims({ ...aims, budget: [], maxDrop: 0, minimize: 'size' })).not.toThrow()
  })
})

it('makes small what is named, else what is limited first, else MACs', () => {
  expect(maxDropOf(aims)).toBeNull()
  expect(maxDropOf({ ...aims, maxDrop: 1 })).toEqual({ limit: 1, minimize: 'params' })
  expect(maxDropOf({ ...aims, budget: [], maxDrop: 1 })).toEqual({ limit: 1, minimize: 'macs' })
  expect(maxDropOf({ ...aims, maxDrop: 1, minimize: 'size' })).toEqual({ limit: 1, minimize: 'size' })
})

describe('points', () => {
  const budget = { kind: 'macs', limit: 750, original: 1000 } as const

  it('fall, whatever their order', () => {
    expect(pointLimits(['25%', '0.5k'], budget)).toEqual([
      { asked: '0.5k', limit: 500 },
      { asked: '25%', limit: 250 },
    ])
  })

  it.each([
    [['half'], '--points half: expected limits of macs such as 50%,25%'],
    [['80%'], '--points 80%: expected limits below the budget, each another, found 800 of 750 macs'],
    [['50%', '500'], '--points 500: expected limits below the budget, each another, found 500 of 750 macs'],
    [['75%'], '--points 75%: expected limits below the budget, each another, found 750 of 750 macs'],
  ])('%j are refused', (points, message) => {
    expect(() => pointLimits(points, budget)).toThrow(message)
  })
})
