/**
 * What each part of fine-tuning is worth: nets cut uniformly to half the MACs and trained with everything, with each part
 * taken away, from scratch, and with other teachers and optimisers. Prints one line for each run as it ends, then a table
 * with the mean and the standard deviation over the seeds. Validation chooses the epoch, test is measured once a run.
 *
 *   npx tsx bench/ablation.ts [--nets resnet14,mobilenetv1] [--seeds 1,2,3] [--epochs 10] [--macs 0.5]
 *     [--variants 'all;no distillation'] [--train 8000] [--backend auto|tensorflow|wasm]
 */
import { parseArgs } from 'node:util'
import { rankByEnergy } from '../src/compress/criteria/energy.js'
import { createPrune } from '../src/compress/prune.js'
import { createRepair } from '../src/compress/repair.js'
import { calibrate } from '../src/evaluate/calibrate.js'
import { modelLogits, scoreModel } from '../src/evaluate/score.js'
import { writeOnnx } from '../src/formats/onnx/write.js'
import { channelGroups } from '../src/graph/groups.js'
import type { Graph } from '../src/graph/types.js'
import { chooseBackend } from '../src/tensor/backend.js'
import { trainGenerations } from '../src/train/generations.js'
import { type FineTuneOptions, fineTuneDefaults } from '../src/train/options.js'
import { reinitialize } from '../src/train/reinitialize.js'
import { loadFashion } from '../test/fixtures/fashion.js'
import { loadModel, type ModelName, modelNames } from '../test/fixtures/models.js'
import { uniformCounts } from './uniform.js'

/** One way to train: where it starts, and what is other than usual. */
interface Variant {
  readonly start: 'repaired' | 'cut' | 'scratch'
  readonly options?: Partial<FineTuneOptions>
  readonly generations?: number
  /** The start as it is, not trained. */
  readonly asIs?: true
}

const variants: Readonly<Record<string, Variant>> = {
  'cut, not trained': { start: 'cut', asIs: true },
  'repaired, not trained': { start: 'repaired', asIs: true },
  all: { start: 'repaired' },
  'no reconstruction': { start: 'cut' },
  'no batch norm': { start: 'repaired', options: { batchNorm: false } },
  'no distillation': { start: 'repaired', options: { distill: 'none' } },
  'none of the three': { start: 'cut', options: { batchNorm: false, distill: 'none' } },
  'from scratch': { start: 'scratch', options: { distill: 'none' } },
  'from scratch, distilled': { start: 'scratch' },
  hints: { start: 'repaired', options: { distill: 'hints' } },
  mutual: { start: 'repaired', options: { distill: 'mutual' } },
  'born again': { start: 'repaired', generations: 2 },
  'one cycle': { start: 'repaired', options: { schedule: 'one-cycle' } },
  adamw: { start: 'repaired', options: { optimizer: 'adamw', learningRate: 0.001, weightDecay: 0.01 } },
  'label smoothing': { start: 'repaired', options: { distill: 'none', labelSmoothing: 0.1 } },
  augmented: { start: 'repaired', options: { augment: ['flip', 'crop'] } },
}

const { values } = parseArgs({
  options: {
    nets: { type: 'string', default: 'resnet14,mobilenetv1' },
    seeds: { type: 'string', default: '1,2,3' },
    epochs: { type: 'string', default: '10' },
    macs: { type: 'string', default: '0.5' },
    variants: { type: 'string', default: Object.keys(variants).join(';') },
    train: { type: 'string', default: '8000' },
    backend: { type: 'string', default: 'auto' },
  },
})
const nets = values.nets.split(',').map(name => {
  const found = modelNames.find(known => known === name)
  if (found === undefined) throw new Error(`--nets: expected ${modelNames.join(', ')}, found ${name}`)
  return found
})
const chosen = values.variants.split(';').map(name => {
  const variant = new Map(Object.entries(variants)).get(name)
  if (variant === undefined) throw new Error(`--variants: expected ${Object.keys(variants).join('; ')}`)
  return [name, variant] as const
})
const wish = (['auto', 'tensorflow', 'wasm'] as const).find(name => name === values.backend) ?? 'auto'
const backend = chooseBackend(wish)

const whole = loadFashion()
const n = Math.min(Number(values.train), whole.train.n)
const { sampleShape, classes } = whole
const samples = whole.train.samples.subarray(0, (n * whole.train.samples.length) / whole.train.n)
const train = { samples, labels: whole.train.labels.subarray(0, n), n }
const data = { ...whole, train }

const accuracy = async (graph: Graph, split: 'val' | 'test') =>
  (await scoreModel(writeOnnx(graph), data[split], sampleShape)).score

const predict = (graph: Graph) => modelLogits(writeOnnx(graph), train, sampleShape)

/** A net, and what is left of it. */
interface Cut {
  readonly original: Graph
  readonly logits: Float32Array
  readonly cut: Graph
  readonly repaired: Graph
}

async function cutNet(name: ModelName): Promise<Cut> {
  const original = loadModel(name)
  const { groups } = channelGroups(original)
  const moments = await calibrate(original, data, 1)
  const ranking = rankByEnergy(original, groups, moments)
  const counts = uniformCounts(original, groups, Number(values.macs))
  return {
    original,
    logits: await predict(original),
    cut: createPrune(groups, ranking, () => original)(counts),
    repaired: createPrune(groups, ranking, createRepair(original, groups, moments))(counts),
  }
}

/** What came of one run: accuracies are fractions, time is the CPU's. */
interface Outcome {
  readonly val: number
  readonly test: number
  readonly epoch: number
  readonly seconds: number
}

async function outcomeOf(net: Cut, variant: Variant, seed: number): Promise<Outcome> {
  const before = process.cpuUsage()
  const kept = variant.asIs ? { graph: startOf(net, variant), epoch: 0 } : await trained(net, variant, seed)
  const { user, system } = process.cpuUsage(before)
  const [val, test] = [await accuracy(kept.graph, 'val'), await accuracy(kept.graph, 'test')]
  return { val, test, epoch: kept.epoch, seconds: (user + system) / 1e6 }
}

const startOf = ({ cut, repaired }: Cut, { start }: Variant) => (start === 'repaired' ? repaired : cut)

async function trained(net: Cut, variant: Variant, seed: number) {
  const options = {
    ...fineTuneDefaults,
    ...{ epochs: Number(values.epochs), batchSize: 64, learningRate: 0.02, backend, seed },
    ...variant.options,
  }
  const results = await trainGenerations(
    {
      ...train,
      sampleShape,
      classes,
      predict: async graph => [await predict(graph)],
      teacher: net.original,
      teacherLogits: net.logits,
      validate: graph => accuracy(graph, 'val'),
      start: async generation =>
        variant.start === 'scratch'
          ? reinitialize(net.cut, { ...train, sampleShape }, { ...options, seed: `${seed}/${generation}` })
          : startOf(net, variant),
    },
    variant.generations ?? 1,
    options,
    () => {},
  )
  return results.reduce((best, next) => (next.accuracy > best.accuracy ? next : best))
}

function summary(figures: readonly number[]): string {
  const mean = figures.reduce((sum, figure) => sum + figure, 0) / figures.length
  const squares = figures.reduce((sum, figure) => sum + (figure - mean) ** 2, 0)
  const spread =
    figures.length > 1 ? ` ± ${(100 * Math.sqrt(squares / (figures.length - 1))).toFixed(2)}` : ''
  return `${(100 * mean).toFixed(2)}${spread}`
}

console.log(`${n} training samples, ${values.epochs} epochs, ${backend}`)
for (const name of nets) {
  const net = await cutNet(name)
  const original = [await accuracy(net.original, 'val'), await accuracy(net.original, 'test')]
  console.log(`\n${name}: original val ${summary([original[0]!])} %, test ${summary([original[1]!])} %`)
  const rows: string[] = []
  for (const [title, variant] of chosen) {
    const outcomes: Outcome[] = []
    // What is not trained is the same for every seed.
    for (const seed of variant.asIs ? [1] : values.seeds.split(',').map(Number)) {
      const outcome = await outcomeOf(net, variant, seed)
      outcomes.push(outcome)
      const { val, test, epoch, seconds } = outcome
      console.log(
        `${name}, ${title}, seed ${seed}: val ${summary([val])} %, test ${summary([test])} %, epoch ${epoch}, CPU ${seconds.toFixed(0)} s`,
      )
    }
    const of = (key: 'val' | 'test' | 'seconds') => outcomes.map(outcome => outcome[key])
    const seconds = of('seconds').reduce((sum, s) => sum + s, 0) / outcomes.length
    rows.push(`| ${title} | ${summary(of('val'))} | ${summary(of('test'))} | ${seconds.toFixed(0)} |`)
  }
  console.log(
    [
      `\n| ${name}, ${Number(values.macs) * 100} % of MACs | val, % | test, % | CPU, s |`,
      '| --- | ---: | ---: | ---: |',
      ...rows,
    ].join('\n'),
  )
}
