import { beforeAll, expect, it } from 'vitest'
import type { DataSet } from '../../src/data/dataset.js'
import { scoreModel } from '../../src/evaluate/score.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { floats } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { memory } from '../../src/tensor/tf.js'
import { trainedNames } from '../../src/tensor/trained-names.js'
import { finetune } from '../../src/train/finetune.js'
import { fineTuneDefaults } from '../../src/train/options.js'
import { reinitialize } from '../../src/train/reinitialize.js'
import { initTested, tested } from '../fixtures/backend.js'
import { loadFashion } from '../fixtures/fashion.js'
import { loadModel } from '../fixtures/models.js'
import { Builder } from '../fixtures/random-graph/builder.js'
import { gemm } from '../fixtures/random-graph/layers.js'
import { normalSamples } from '../fixtures/run.js'

let data: DataSet
let taught: { samples: Float32Array; labels: Int32Array; sampleShape: readonly number[]; classes: number }

beforeAll(async () => {
  data = loadFashion()
  const { sampleShape, classes, train } = data
  taught = {
    samples: train.samples.subarray(0, 960 * 784),
    labels: train.labels.subarray(0, 960),
    sampleShape,
    classes,
  }
  await initTested()
})

const options = { batchNorm: true, backend: tested, seed: 3 }

const bytesOf = (graph: Graph) => Buffer.from(writeOnnx(graph))
const constant = (graph: Graph, name: string) => floats(graph.initializers.get(name)!)

it('draws weights and biases within 1 / sqrt(fan-in), as PyTorch does', async () => {
  const before = memory().numTensors
  const graph = loadModel('lenet5')
  const fresh = await reinitialize(graph, taught, { ...options, batchNorm: false })
  expect(memory().numTensors).toBe(before)
  expect([...fresh.initializers.keys()].sort()).toEqual([...graph.initializers.keys()].sort())
  for (const [layer, fanIn] of [
    ['0', 25],
    ['3', 500],
    ['7', 800],
    ['9', 500],
  ] as const) {
    const bound = 1 / Math.sqrt(fanIn)
    const weight = constant(fresh, `${layer}.weight`)
    const largest = weight.reduce((most, w) => Math.max(most, Math.abs(w)), 0)
    expect(largest).toBeLessThanOrEqual(bound)
    expect(largest).toBeGreaterThan(0.97 * bound)
    // Of an even draw within the bound: the mean of squares is a third of the bound's.
    const squares = weight.reduce((sum, w) => sum + w * w, 0) / weight.length
    expect(squares / (bound ** 2 / 3)).toBeCloseTo(1, 0)
    expect(constant(fresh, `${layer}.bias`).every(b => Math.abs(b) <= bound)).toBe(true)
  }
})

it('puts in batch norms of scale 1 and shift 0, with the statistics that they meet', async () => {
  const few = { ...taught, samples: taught.samples.subarray(0, 64 * 784) }
  const fresh = await reinitialize(loadModel('mobilenetv1'), few, options)
  const norms = fresh.nodes.filter(({ op }) => op === 'BatchNormalization')
  expect(norms.length).toBe(fresh.nodes.filter(({ op }) => op === 'Conv').length)
  for (const { inputs } of norms) {
    const [scale, shift, , variance] = inputs.slice(1).map(name => constant(fresh, name))
    expect(scale!.every(s => s === 1)).toBe(true)
    expect(shift!.every(s => s === 0)).toBe(true)
    expect(variance!.some(v => v === 1)).toBe(false)
  }
})

it('forgets all, the same way for a seed, and learns anew', async () => {
  const graph = loadModel('lenet5')
  const fresh = await reinitialize(graph, taught, options)
  const again = async (seed: number) => bytesOf(await reinitialize(graph, taught, { ...options, seed }))
  expect((await again(3)).equals(bytesOf(fresh))).toBe(true)
  expect((await again(4)).equals(bytesOf(fresh))).toBe(false)
  const accuracyOf = async (of: Graph) => (await scoreModel(writeOnnx(of), data.val, data.sampleShape)).score
  expect(await accuracyOf(fresh)).toBeLessThan(0.4)
  const tuned = await finetune(
    { ...taught, graph: fresh, teacherLogits: null, validate: accuracyOf },
    { ...fineTuneDefaults, ...options, epochs: 1, batchSize: 64, learningRate: 0.05 },
    () => {},
  )
  expect(tuned.accuracy).toBeGreaterThan(0.55)
  // What is deployed has the batch norms folded again.
  expect(tuned.graph.nodes.map(({ op }) => op)).toEqual(graph.nodes.map(({ op }) => op))
})

it.each(['Concat', 'Expand'])('draws a learned token, read by %s, so that it still learns', async op => {
  const b = new Builder(randomStream(3, 0, op))
  const x = b.input([2, 8])
  const token = b.weight([1, 1, 8])
  const both =
    op === 'Concat'
      ? b.node('Concat', [token, b.weight([1, 1, 8])], [2, 8], { axis: 1 })
      : b.node('Expand', [token, b.integers(1, 2, 8)], [2, 8])
  const sum = b.node('Add', [x.name, both.name], [2, 8])
  b.output(gemm(b, b.node('Reshape', [sum.name, b.integers(0, 16)], [16]), 4))
  const samples = normalSamples(randomStream(4, 0, op), 16 * 16)
  const fresh = await reinitialize(b.graph(), { samples, sampleShape: [2, 8] }, options)
  expect(trainedNames(fresh)).toEqual(trainedNames(b.graph()))
  const drawn = constant(fresh, token)
  const spread = Math.sqrt(drawn.reduce((sum, w) => sum + w * w, 0) / drawn.length)
  expect(spread).toBeGreaterThan(0.01)
  expect(spread).toBeLessThan(0.04)
})
