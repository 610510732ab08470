import { mean, sampleStandardDeviation } from 'simple-statistics'
import { lowerCompressed } from '../src/compress/quantize/lower.js'
import type { DataSet } from '../src/data/dataset.js'
import { modelLogits, scoreModel } from '../src/evaluate/score.js'
import { writeOnnx } from '../src/formats/onnx/write.js'
import type { Graph } from '../src/graph/types.js'
import { type BackendName, chooseBackend } from '../src/tensor/backend.js'
import { finetune } from '../src/train/finetune.js'
import { type FineTuneOptions, fineTuneDefaults } from '../src/train/options.js'
import { loadFashion } from '../test/fixtures/fashion.js'
import { type ModelName, modelNames } from '../test/fixtures/models.js'

/** Options that the benches of few bits share. */
export const lowBitOptions = {
  nets: { type: 'string', default: 'mobilenetv2,resnet14' },
  seeds: { type: 'string', default: '1,2,3' },
  epochs: { type: 'string', default: '1' },
  train: { type: 'string', default: '8000' },
  rate: { type: 'string', default: '0.01' },
  optimizer: { type: 'string', default: 'sgd' },
  backend: { type: 'string', default: 'auto' },
} as const

/** Trains networks of few bits, taught by their float originals, and prints rows of a table. */
export interface Trials {
  readonly nets: readonly ModelName[]
  readonly data: DataSet
  readonly backend: BackendName
  title(name: string, original: Graph): Promise<void>
  train(graph: Graph, original: Graph, seed: number, change: Partial<FineTuneOptions>): Promise<Graph>
  row(title: string, make: (seed: number) => Promise<Graph>, seeds?: number): Promise<void>
}

export function createTrials(values: { readonly [Name in keyof typeof lowBitOptions]: string }): Trials {
  const backend = chooseBackend(values.backend === 'wasm' ? 'wasm' : 'auto')
  const all = values.seeds.split(',').map(Number)
  const data = loadFashion()
  const n = Math.min(Number(values.train), data.train.n)
  const samples = data.train.samples.subarray(0, (n * data.train.samples.length) / data.train.n)
  const labels = data.train.labels.subarray(0, n)
  const taught = new Map<Graph, Float32Array>()
  const accuracy = async (graph: Graph) =>
    (await scoreModel(writeOnnx(lowerCompressed(graph)), data.val, data.sampleShape)).score
  return {
    nets: modelNames.filter(name => values.nets.split(',').includes(name)),
    data,
    backend,
    async title(name, original) {
      const top1 = (100 * (await accuracy(original))).toFixed(2)
      console.log(`\n${name}, original ${top1} % of ${data.val.n}, ${n} samples, ${values.epochs} epochs`)
      console.log('| bits | val, % | CPU seconds a seed |\n| --- | ---: | ---: |')
    },
    async train(graph, original, seed, change) {
      const teacherLogits =
        taught.get(original) ?? (await modelLogits(writeOnnx(original), { samples, n }, data.sampleShape))
      taught.set(original, teacherLogits)
      const options: FineTuneOptions = {
        ...fineTuneDefaults,
        ...{ epochs: Number(values.epochs), batchSize: 64, learningRate: Number(values.rate), backend, seed },
        optimizer: values.optimizer === 'adamw' ? 'adamw' : 'sgd',
        ...change,
      }
      const perEpoch = Math.floor(n / options.batchSize)
      const { graph: trained } = await finetune(
        {
          ...{ graph, samples, labels, sampleShape: data.sampleShape, classes: data.classes, teacherLogits },
          validate: accuracy,
        },
        // By steps, so that what stands at the end is what is shown, whatever came before.
        { ...options, steps: options.steps ?? perEpoch * options.epochs },
        () => {},
      )
      return trained
    },
    async row(title, make, count = all.length) {
      const accuracies: number[] = []
      const start = process.cpuUsage()
      for (const seed of all.slice(0, count)) accuracies.push(100 * (await accuracy(await make(seed))))
      const { user, system } = process.cpuUsage(start)
      const spread = count > 1 ? ` ± ${sampleStandardDeviation(accuracies).toFixed(2)}` : ''
      const seconds = (user + system) / 1e6 / count
      console.log(`| ${title} | ${mean(accuracies).toFixed(2)}${spread} | ${seconds.toFixed(0)} |`)
    },
  }
}
