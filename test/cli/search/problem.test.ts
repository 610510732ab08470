import { describe, expect, it } from 'vitest'
import { randomAgent } from '../../../agents/random.js'
import { compressionEnv } from '../../../envs/compression.js'
import { decisionsOf, problemOf } from '../../../src/cli/search/problem.js'
import { residualBlocks } from '../../../src/compress/blocks/find.js'
import { rankByWeights } from '../../../src/compress/criteria/by-weights.js'
import type { Moments } from '../../../src/compress/moments.js'
import type { DecisionKind, Policy } from '../../../src/compress/policy.js'
import { createCandidateEvaluator } from '../../../src/evaluate/candidate.js'
import { costModel } from '../../../src/graph/cost.js'
import { type CostKind, costKinds } from '../../../src/graph/cost-kinds.js'
import { channelGroups } from '../../../src/graph/groups.js'
import { rollout } from '../../../src/search/rollout.js'
import { loadFashion } from '../../fixtures/fashion.js'
import { fewSamples } from '../../fixtures/few-samples.js'
import { loadModel, type modelNames } from '../../fixtures/models.js'

const data = fewSamples(loadFashion(), 256, 50)
const never = new AbortController().signal

/** A run of random policies, and what evaluates them. */
function runOf(net: (typeof modelNames)[number], decide: DecisionKind[], kind: CostKind, share: number) {
  const graph = loadModel(net)
  const { groups } = channelGroups(graph)
  const bits = decide.some(kind => kind.endsWith('Bits')) ? [1, 2, 3, 4, 5, 6, 7, 8] : []
  const names = decide.includes('blocks') ? residualBlocks(graph).map(({ name }) => name) : []
  const blocks = Object.fromEntries(names.map(name => [name, 0]))
  const rules = {
    round: 4,
    minKeep: 0.1,
    decide,
    weightBits: bits,
    activationBits: bits.slice(1),
    float: [],
    blocks,
  }
  const whole = decisionsOf({ ...rules, budgets: [] }, graph, groups)
  const most = whole.costs[kind](whole.decidables.map(({ legal }) => legal.at(-1)!))
  const budget = { kind, asked: `${share}`, limit: most * share, original: most }
  const decisions = decisionsOf({ ...rules, budgets: [budget] }, graph, groups)
  // Costs do not depend on what weights are, so nothing is repaired.
  const moments: Moments[] = []
  const ranking = rankByWeights('l1', graph, groups, 1)
  const env = compressionEnv(
    problemOf(decisions, graph, groups, { moments, ranking, measured: null, blocks }),
  )
  const fineTune = { epochs: 1, batchSize: 64, learningRate: 0.01, backend: 'wasm' as const }
  const evaluator = createCandidateEvaluator({ graph, groups, ranking, moments, data, fineTune, seed: '1' })
  const promised = (policy: Policy) => {
    const values = decisions.decidables.map(({ kind, name }) => policy[kind]![name]!)
    return Object.fromEntries(costKinds.map(one => [one, decisions.costs[one](values)]))
  }
  const draw = (trial: number) => rollout(randomAgent(net), env, trial).policy
  return { draw, promised, evaluator, limit: budget.limit, cost: costModel(graph, groups) }
}

const all: DecisionKind[] = ['keep', 'weightBits', 'activationBits']
const bits: DecisionKind[] = ['weightBits', 'activationBits']

describe.each([
  ['lenet5', all, 'size', 0.3],
  ['mobilenetv2', all, 'size', 0.5],
  ['resnet14', bits, 'bitops', 0.4],
  ['resnet14', ['weightBits'] as DecisionKind[], 'size', 0.6],
  ['mobilenetv2', ['keep'] as DecisionKind[], 'size', 0.5],
  ['resnet14', ['blocks', 'keep'] as DecisionKind[], 'size', 0.5],
  ['mobilenetv2', ['blocks', ...bits] as DecisionKind[], 'bitops', 0.4],
  ['resnet14', ['blocks', ...all] as DecisionKind[], 'size', 0.3],
] as const)('%s, deciding %j within a share of %s', (net, decide, kind, share) => {
  it('costs just what its policy promised, and no more than the budget', async () => {
    const { draw, promised, evaluator, limit } = runOf(net, [...decide], kind, share)
    for (let trial = 0; trial < 2; trial++) {
      const policy = draw(trial)
      const { evaluation } = await evaluator.evaluate({ ...policy, trial, steps: 0 }, never)
      const { macs, params, size, bitops } = promised(policy)
      expect(evaluation.cost).toMatchObject({ macs, params, size })
      expect(evaluation.cost.bitops / bitops!).toBeCloseTo(1, 12)
      expect(evaluation.cost[kind]).toBeLessThanOrEqual(limit)
    }
  })
})

it('still costs that after it was trained, in the file that is kept', async () => {
  const { draw, promised, evaluator } = runOf('lenet5', all, 'size', 0.3)
  const policy = draw(7)
  const { after, model, packed } = await evaluator.fineTune({ ...policy, trial: 7 }, () => {}, never)
  expect(after.cost.size).toBe(promised(policy).size)
  expect(packed?.byteLength).toBe(after.cost.size)
  expect(after.cost.bytes).toBe(model.byteLength)
})
