/**
 * Searches over bits whose agent is told measured sensitivities, and estimated ones: mean reward of the last 20 trials and the
 * best, seed by seed. Policies that both meet are evaluated once.
 *
 *   npx tsx bench/sensitivity.ts [--net lenet5] [--budget 0.01] [--trials 60] [--seeds 1,2,3] [--val 2000]
 */
import { parseArgs } from 'node:util'
import { mean } from 'simple-statistics'
import * as z from 'zod'
import { compressionEnv } from '../envs/compression.js'
import { createAgent } from '../src/cli/search/create-agent.js'
import { decisionsOf, problemOf } from '../src/cli/search/problem.js'
import { runSensitivity } from '../src/cli/search/run-sensitivity.js'
import { calibrate } from '../src/evaluate/calibrate.js'
import { modelCost } from '../src/evaluate/evaluate-model.js'
import type { Evaluated, Evaluator } from '../src/evaluate/evaluator.js'
import { inProcessEvaluator } from '../src/evaluate/in-process.js'
import { countBitops } from '../src/graph/bitops.js'
import { channelGroups } from '../src/graph/groups.js'
import { sensitivityNames } from '../src/search/definition.js'
import { policyHash } from '../src/search/policy.js'
import { rewards } from '../src/search/reward.js'
import { search } from '../src/search/search.js'
import { loadFashion } from '../test/fixtures/fashion.js'
import { memoryStore } from '../test/fixtures/memory-store.js'
import { loadModel, modelNames } from '../test/fixtures/models.js'

const { values } = parseArgs({
  options: {
    net: { type: 'string', default: 'lenet5' },
    budget: { type: 'string', default: '0.01' },
    trials: { type: 'string', default: '60' },
    seeds: { type: 'string', default: '1,2,3' },
    val: { type: 'string', default: '2000' },
  },
})
/** Trials at the end whose rewards are averaged. */
const LAST = 20

const graph = loadModel(z.enum(modelNames).parse(values.net))
const whole = loadFashion()
const n = Math.min(Number(values.val), whole.val.n)
const data = { ...whole, val: { ...whole.val, n } }
const { groups } = channelGroups(graph)
const moments = await calibrate(graph, data, 1)
const original = countBitops(graph)
const limit = original * Number(values.budget)
const bits = [2, 3, 4, 5, 6, 7, 8]
const decisions = decisionsOf(
  {
    budgets: [{ kind: 'bitops', asked: values.budget, limit, original }],
    ...{ round: 8, minKeep: 0.1, decide: ['weightBits', 'activationBits'], float: [] },
    ...{ weightBits: bits, activationBits: bits, blocks: {} },
  },
  graph,
  groups,
)
const fineTune = { epochs: 0, batchSize: 64, learningRate: 0.02, backend: 'wasm' } as const
const ranking = new Map(
  groups.map(({ name, size }) => [name, Int32Array.from({ length: size }, (_, i) => i)]),
)
const context = { graph, groups, ranking, moments, data, fineTune, seed: '1' }
const plain = inProcessEvaluator(context)
const known = new Map<string, Promise<Evaluated>>()
const evaluator: Evaluator = {
  ...plain,
  evaluate(candidate, signal) {
    const hash = policyHash(candidate)
    const evaluated = known.get(hash) ?? plain.evaluate(candidate, signal)
    known.set(hash, evaluated)
    return evaluated
  },
}
const { signal } = new AbortController()
const table = await runSensitivity({
  ...{ ...decisions, n: data.train.n, store: memoryStore().store, signal },
  record: async () => {},
  open: () => evaluator,
})

async function rewardsOf(sensitivity: (typeof sensitivityNames)[number], seed: number): Promise<number[]> {
  const measured = sensitivity === 'measured' ? table : null
  const problem = problemOf(decisions, graph, groups, { moments, ranking, measured, blocks: {} })
  const env = compressionEnv(problem)
  const trials = Number(values.trials)
  const agent = await createAgent({ agent: 'ddpg', seed, trials, maxDrop: null }, env, problem, () => [])
  const told = await search({
    ...{ agent, envOf: () => env, evaluator, store: memoryStore().store, reward: rewards.accuracy, steps: 0 },
    ...{ original: { scores: {}, cost: modelCost(graph, 0) }, limits: [{ kind: 'bitops', limit }] },
    ...{ trials, inFlight: 4, emit: () => {}, now: () => 0, signal },
  })
  await agent.dispose()
  return told.flatMap(({ state }) => (state.kind === 'finished' ? [state.reward] : []))
}

console.log(`${values.net}, bitops=${values.budget}, ${values.trials} trials, val accuracy of ${n}`)
console.log(`| sensitivity | seed | mean of the last ${LAST} | best |\n| --- | ---: | ---: | ---: |`)
for (const seed of values.seeds.split(',').map(Number)) {
  for (const sensitivity of sensitivityNames) {
    const found = await rewardsOf(sensitivity, seed)
    const figures = [mean(found.slice(-LAST)), Math.max(...found)].map(value => value.toFixed(4))
    console.log(`| ${sensitivity} | ${seed} | ${figures.join(' | ')} |`)
  }
}
