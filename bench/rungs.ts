/**
 * How well each rung of the ladder predicts: random policies within the budget are scored as they are, after a few steps of
 * fine-tuning and after many, and then after full fine-tuning. Prints for each rung the rank correlation (Spearman) of its
 * validation accuracy, and of its loss, with the final accuracy, and the final accuracy of what the rung would have chosen.
 * One line a policy goes to --out at once; a second run goes on from there.
 *
 *   npx tsx bench/rungs.ts --net mobilenetv1 [--policies 60] [--rungs 0,16,64] [--epochs 2] [--seed 1] [--out rungs.jsonl]
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { mean, sampleRankCorrelation } from 'simple-statistics'
import * as z from 'zod'
import { randomAgent } from '../agents/random.js'
import { compressionEnv } from '../envs/compression.js'
import { decisionsOf, problemOf } from '../src/cli/search/problem.js'
import { rankByEnergy } from '../src/compress/criteria/energy.js'
import { calibrate } from '../src/evaluate/calibrate.js'
import { inProcessEvaluator } from '../src/evaluate/in-process.js'
import { costModel } from '../src/graph/cost.js'
import { channelGroups } from '../src/graph/groups.js'
import { rollout } from '../src/search/rollout.js'
import { loadFashion } from '../test/fixtures/fashion.js'
import { loadModel, modelNames } from '../test/fixtures/models.js'

const { values } = parseArgs({
  options: {
    net: { type: 'string', default: 'mobilenetv1' },
    policies: { type: 'string', default: '60' },
    rungs: { type: 'string', default: '0,16,64' },
    epochs: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    backend: { type: 'string', default: 'tensorflow' },
    out: { type: 'string', default: 'rungs.jsonl' },
  },
})
const rungs = values.rungs.split(',').map(Number)
const net = z.enum(modelNames).parse(values.net)

const row = z.object({
  policy: z.number(),
  rungs: z.array(z.object({ top1: z.number(), loss: z.number(), seconds: z.number() })),
  final: z.number(),
})
type Row = z.infer<typeof row>

const done: Row[] = existsSync(values.out)
  ? readFileSync(values.out, 'utf8')
      .trim()
      .split('\n')
      .map(line => row.parse(JSON.parse(line)))
  : []

const graph = loadModel(net)
const data = loadFashion()
const { groups } = channelGroups(graph)
const moments = await calibrate(graph, data, values.seed)
const ranking = rankByEnergy(graph, groups, moments)
const cost = costModel(graph, groups)
const limit = cost.macs(groups.map(({ size }) => size)) * 0.5
const budgets = [{ kind: 'macs', asked: '50%', limit, original: 2 * limit } as const]
const decisions = decisionsOf(
  {
    budgets: [...budgets],
    round: 4,
    minKeep: 0.1,
    decide: ['keep'],
    weightBits: [],
    activationBits: [],
    float: [],
    blocks: {},
  },
  graph,
  groups,
)
const known = { moments, ranking, measured: null, blocks: {} }
const env = compressionEnv(problemOf(decisions, graph, groups, known))
const fineTune = {
  epochs: Number(values.epochs),
  batchSize: 64,
  learningRate: 0.02,
  backend: z.enum(['tensorflow', 'wasm']).parse(values.backend),
}
const evaluator = inProcessEvaluator({ graph, groups, ranking, moments, data, fineTune, seed: values.seed })
const never = new AbortController().signal
const agent = randomAgent(values.seed)

for (let trial = done.length; trial < Number(values.policies); trial++) {
  const { keep } = rollout(agent, env, trial).policy
  const scores: Row['rungs'] = []
  for (const steps of rungs) {
    const started = performance.now()
    const { evaluation } = await evaluator.evaluate({ trial, keep, steps }, never)
    const { score: top1, loss } = evaluation.scores.val!
    scores.push({ top1, loss, seconds: (performance.now() - started) / 1000 })
  }
  const { after } = await evaluator.fineTune({ trial, keep }, () => {}, never)
  const policy: Row = { policy: trial, rungs: scores, final: after.scores.val!.score }
  appendFileSync(values.out, `${JSON.stringify(policy)}\n`)
  done.push(policy)
}

const finals = done.map(({ final }) => final)
const sorted = finals.toSorted((a, b) => b - a)
console.log(
  `${net}: ${done.length} policies, final accuracy ${sorted.at(-1)!.toFixed(4)} to ${sorted[0]!.toFixed(4)}, mean ${mean(finals).toFixed(4)}`,
)
console.log('| steps | Spearman, accuracy | Spearman, loss | mean final of its best 3 | seconds |')
console.log('| ---: | ---: | ---: | ---: | ---: |')
for (const [i, steps] of rungs.entries()) {
  const top1 = done.map(({ rungs: scores }) => scores[i]!.top1)
  const loss = done.map(({ rungs: scores }) => -scores[i]!.loss)
  const chosen = done.toSorted((a, b) => b.rungs[i]!.top1 - a.rungs[i]!.top1).slice(0, 3)
  const figures = [
    sampleRankCorrelation(top1, finals).toFixed(2),
    sampleRankCorrelation(loss, finals).toFixed(2),
    mean(chosen.map(({ final }) => final)).toFixed(4),
    mean(done.map(({ rungs: scores }) => scores[i]!.seconds)).toFixed(1),
  ]
  console.log(`| ${steps} | ${figures.join(' | ')} |`)
}
