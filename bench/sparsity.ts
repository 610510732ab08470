/**
 * What training to zeros is worth. Magnitude: each schedule at each share, beside the same zeros without training. Patterns
 * the same way. Slimming: nets trained on with and without a pull of their scales to zero, then cut uniformly by the L2
 * norm of filters, without repair. Validation accuracy, mean and standard deviation over the seeds.
 *
 *   npx tsx bench/sparsity.ts [--nets lenet300,lenet5] [--shares 0.8,0.9,0.95] [--slim mobilenetv1] [--seeds 1,2,3]
 *     [--epochs 3] [--train 8000] [--backend auto]
 */
import { parseArgs } from 'node:util'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import { rankByWeights } from '../src/compress/criteria/by-weights.js'
import { createPrune } from '../src/compress/prune.js'
import type { SparsitySchedule } from '../src/compress/sparsity/schedule.js'
import type { Sparsity } from '../src/compress/sparsity/sparsity.js'
import { scoreModel } from '../src/evaluate/score.js'
import { writeOnnx } from '../src/formats/onnx/write.js'
import { channelGroups } from '../src/graph/groups.js'
import type { Graph } from '../src/graph/types.js'
import { chooseBackend } from '../src/tensor/backend.js'
import { finetune } from '../src/train/finetune.js'
import { type FineTuneOptions, fineTuneDefaults } from '../src/train/options.js'
import { zeroShare } from '../src/train/sparsify.js'
import { loadFashion } from '../test/fixtures/fashion.js'
import { loadModel, type ModelName, modelNames } from '../test/fixtures/models.js'
import { uniformCounts } from './uniform.js'

const { values } = parseArgs({
  options: {
    nets: { type: 'string', default: 'lenet300,lenet5' },
    shares: { type: 'string', default: '0.8,0.9,0.95' },
    slim: { type: 'string', default: 'mobilenetv1' },
    seeds: { type: 'string', default: '1,2,3' },
    epochs: { type: 'string', default: '3' },
    train: { type: 'string', default: '8000' },
    backend: { type: 'string', default: 'auto' },
  },
})
const backend = chooseBackend(values.backend === 'wasm' ? 'wasm' : 'auto')
const seeds = values.seeds.split(',').map(Number)
const data = loadFashion()
const n = Math.min(Number(values.train), data.train.n)
const samples = data.train.samples.subarray(0, (n * data.train.samples.length) / data.train.n)
const named = (text: string): ModelName[] => modelNames.filter(name => text.split(',').includes(name))

const accuracy = async (graph: Graph) =>
  (await scoreModel(writeOnnx(graph), data.val, data.sampleShape)).score

async function train(graph: Graph, seed: number, change: Partial<FineTuneOptions>): Promise<Graph> {
  const result = await finetune(
    {
      graph,
      samples,
      labels: data.train.labels.subarray(0, n),
      sampleShape: data.sampleShape,
      classes: data.classes,
      teacherLogits: null,
      validate: accuracy,
    },
    {
      ...fineTuneDefaults,
      ...{ distill: 'none', epochs: Number(values.epochs), batchSize: 64, learningRate: 0.02, backend, seed },
      ...change,
    },
    () => {},
  )
  return result.graph
}

async function row(title: string, make: (seed: number) => Promise<Graph>): Promise<void> {
  const graphs: Graph[] = []
  for (const seed of seeds) graphs.push(await make(seed))
  const accuracies = await Promise.all(graphs.map(async graph => 100 * (await accuracy(graph))))
  const spread = accuracies.length > 1 ? ` ± ${sampleStandardDeviation(accuracies).toFixed(2)}` : ''
  const zeros = (100 * zeroShare(graphs[0]!)).toFixed(1)
  console.log(`| ${title} | ${mean(accuracies).toFixed(2)}${spread} | ${zeros} |`)
}

const sparse =
  (graph: Graph, target: Sparsity, schedule: SparsitySchedule, change = {}) =>
  (seed: number) =>
    train(graph, seed, { sparsity: { target, schedule }, ...change })

/** The zeros of one shot, and a step too small to change anything. */
const untrained = { steps: 1, learningRate: 1e-12, batchNorm: false } as const

for (const name of named(values.nets)) {
  const graph = loadModel(name)
  console.log(
    `\n${name}, original ${(100 * (await accuracy(graph))).toFixed(2)} %, ${n} samples, ${values.epochs} epochs`,
  )
  console.log('| zeros | val, % | zeros, % |\n| --- | ---: | ---: |')
  await row('none, trained on', seed => train(graph, seed, {}))
  for (const share of values.shares.split(',').map(Number)) {
    const target = { kind: 'share', share } as const
    await row(`${share} not trained`, sparse(graph, target, 'one-shot', untrained))
    for (const schedule of ['one-shot', 'iterative', 'gradual'] as const)
      await row(`${share} ${schedule}`, sparse(graph, target, schedule))
  }
  const pattern = { kind: 'pattern', keep: 2, of: 4 } as const
  await row('2:4 not trained', sparse(graph, pattern, 'one-shot', untrained))
  await row('2:4', sparse(graph, pattern, 'one-shot'))
}

for (const name of named(values.slim)) {
  const graph = loadModel(name)
  const slimmed = async (scaleL1: number, seed: number) => train(graph, seed, { scaleL1 })
  console.log(`\n${name}, trained on, then cut by L2 norms without repair`)
  console.log('| pull, share of MACs | val, % | zeros, % |\n| --- | ---: | ---: |')
  for (const scaleL1 of [0, 1e-3, 5e-3]) {
    const trained = new Map<number, Graph>()
    for (const seed of seeds) trained.set(seed, await slimmed(scaleL1, seed))
    for (const share of [1, 0.7, 0.5]) {
      await row(`${scaleL1}, ${share}`, async seed => {
        const whole = trained.get(seed)!
        const { groups } = channelGroups(whole)
        if (share === 1) return whole
        return createPrune(
          groups,
          rankByWeights('l2', whole, groups, seed),
          () => whole,
        )(uniformCounts(whole, groups, share))
      })
    }
  }
}
