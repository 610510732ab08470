import { expect, it } from 'vitest'
import { decisionsOf } from '../../src/cli/search/problem.js'
import { rankByEnergy } from '../../src/compress/criteria/energy.js'
import { decisionKinds, type Policy } from '../../src/compress/policy.js'
import { calibrate } from '../../src/evaluate/calibrate.js'
import { createCandidateEvaluator } from '../../src/evaluate/candidate.js'
import { channelGroups } from '../../src/graph/groups.js'
import { smallData, smallNet } from '../fixtures/small-net.js'

const graph = smallNet(3)
const { groups } = channelGroups(graph)
const data = smallData(60)

it.each<[string, Policy]>([
  ['ranks', { keep: {}, rank: { second: 2, third: 1 } }],
  ['ranks and widths', { keep: { first: 4, second: 3 }, rank: { second: 1, third: 2 } }],
  [
    'ranks and bits',
    {
      keep: {},
      rank: { second: 2, third: 1 },
      weightBits: { first: 8, second: 4, third: 4 },
      activationBits: { first: 8, second: 4, third: 8 },
    },
  ],
])('a candidate of %s costs what was promised, trained too, and is scored', async (_, policy) => {
  const moments = await calibrate(graph, data, 1)
  const evaluator = createCandidateEvaluator({
    graph,
    groups,
    moments,
    data,
    ranking: rankByEnergy(graph, groups, moments),
    fineTune: { epochs: 1, batchSize: 10, learningRate: 0.01, backend: 'wasm' },
    seed: '1',
  })
  const { decidables, costs } = decisionsOf(
    {
      budgets: [],
      round: 1,
      minKeep: 0,
      decide: decisionKinds.filter(kind => policy[kind] !== undefined),
      weightBits: [4, 8],
      activationBits: [4, 8],
      float: [],
      blocks: {},
    },
    graph,
    groups,
  )
  const values = decidables.map(({ kind, name, legal }) => policy[kind]?.[name] ?? legal.at(-1)!)
  const evaluate = async (steps: number) =>
    (await evaluator.evaluate({ trial: 0, steps, ...policy }, new AbortController().signal)).evaluation
  const evaluation = await evaluate(0)
  const { macs, params, bitops } = evaluation.cost
  expect([macs, params, bitops]).toEqual([costs.macs(values), costs.params(values), costs.bitops(values)])
  expect(macs).toBeLessThan(costs.macs(decidables.map(({ legal }) => legal.at(-1)!)))
  expect(evaluation.scores.val?.n).toBe(10)
  // Training leaves nothing behind that costs more.
  expect((await evaluate(2)).cost).toMatchObject({ macs, params })
})
