import { expect, it } from 'vitest'
import { observe, scaleFeatures } from '../../../envs/observation.js'
import { reportedSensitivity } from '../../../src/cli/report/sensitivity.js'

const sites = [
  { kind: 'keep', name: 'a', most: 4 },
  { kind: 'keep', name: 'b', most: 4 },
] as const

const shape = { dense: 0, depthwise: 0, outChannels: 4, inChannels: 2, height: 8, width: 8, stride: 1 }
const features = [
  { ...shape, kernel: 3, macs: 9, errorAtHalf: 0.1, errorAtQuarter: 0.6 },
  { ...shape, kernel: 3, macs: 9, errorAtHalf: 0.4, errorAtQuarter: 0.3 },
]

it('takes what was estimated from what the agent saw', () => {
  const scaled = scaleFeatures(features.map(one => ({ kind: 'keep', features: one })))
  const legal = [1, 2, 3, 4]
  const trajectory = sites.map((_, site) => ({
    observation: observe({
      ...{ site, sites: sites.map(() => ({ legal })), values: [4, 4], features: scaled },
      ...{ budgets: [], cost: values => values[0]! + values[1]!, previous: 1, low: 0.25, high: 1 },
    }),
    ...{ low: 0, middle: 0.5, high: 1, action: 1 },
  }))
  expect(reportedSensitivity([], sites, [{ trajectory: [] }, { trajectory }])).toEqual({
    basis: 'estimated',
    n: null,
    decisions: [
      { kind: 'keep', name: 'a', half: 0.25, quarter: 1 },
      { kind: 'keep', name: 'b', half: 1, quarter: 0.5 },
    ],
  })
})

it('takes what was measured as the rise of the loss, whatever was estimated', () => {
  const losses = [
    { value: 1, loss: null },
    { value: 2, loss: 0.75 },
  ]
  const table = { n: 400, loss: 0.25, decisions: [{ kind: 'keep', name: 'a', losses }] } as const
  expect(reportedSensitivity([{ at: 0, type: 'sensitivity-measured', table }], sites, [])).toEqual({
    basis: 'measured',
    n: 400,
    decisions: [{ kind: 'keep', name: 'a', half: 0.5, quarter: null }],
  })
})

it('is not known before a trial', () => {
  expect(reportedSensitivity([], sites, [])).toBeNull()
})
