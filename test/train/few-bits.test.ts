import { beforeAll, describe, expect, it } from 'vitest'
import { shareWeights } from '../../src/compress/sharing/share-weights.js'
import { fakeQuantizeOf } from '../../src/graph/fake-quantize.js'
import { standInOf } from '../../src/graph/stored-weights.js'
import { floats, floatTensor, toNumbers } from '../../src/graph/tensor.js'
import { type Graph, GraphError } from '../../src/graph/types.js'
import { memory, tensor, tidy, variable } from '../../src/tensor/tf.js'
import { finetune } from '../../src/train/finetune.js'
import { createOptimizer } from '../../src/train/optimizer.js'
import { type FineTuneOptions, fineTuneDefaults } from '../../src/train/options.js'
import { reinitialize } from '../../src/train/reinitialize.js'
import { rolesOf } from '../../src/train/roles.js'
import { initTested, tested } from '../fixtures/backend.js'
import { quantizedNet } from '../fixtures/quantized-net.js'
import { maxDifference } from '../fixtures/run.js'
import { smallData, smallNet } from '../fixtures/small-net.js'

beforeAll(async () => {
  await initTested()
})

const original = smallNet(5)
const quantized = quantizedNet(original, 3)
const sparse = {
  ...original,
  initializers: new Map(original.initializers).set(
    'w3',
    floatTensor(
      [4, 27],
      floats(original.initializers.get('w3')!).map((w, i) => (i % 3 === 0 ? w : 0)),
    ),
  ),
}
const shared = shareWeights(
  sparse,
  new Map([
    ['first', 3],
    ['second', 2],
    ['third', 2],
  ]),
)
const data = smallData(96)

const base: FineTuneOptions = {
  ...fineTuneDefaults,
  ...{
    epochs: 1,
    batchSize: 16,
    learningRate: 0.05,
    backend: tested,
    seed: 1,
    distill: 'none',
    scales: 'learned',
  },
}

async function trained(graph: Graph, change: Partial<FineTuneOptions>, teacher: Graph | null = null) {
  const { graph: tuned } = await finetune(
    {
      graph,
      teacher,
      ...data.train,
      ...{ sampleShape: data.sampleShape, classes: data.classes, teacherLogits: null },
      validate: async () => 0,
    },
    { ...base, steps: 30, ...change },
    () => {},
  )
  return tuned
}

const values = (graph: Graph, name: string) => floats(graph.initializers.get(name)!)
const scalesOf = (graph: Graph) => graph.nodes.flatMap(node => fakeQuantizeOf(node)?.scale ?? [])
const codebooksOf = (graph: Graph) =>
  graph.nodes.map(standInOf).flatMap(standIn => (standIn?.kind === 'lookup' ? [standIn] : []))

describe.each(['sgd', 'adamw'] as const)('%s', optimizer => {
  it('trains a quantised network as it is: the same nodes, moved weights, moved and positive scales', async () => {
    // A rate so high that a scale would jump over zero.
    const tuned = await trained(quantized, { optimizer, learningRate: 1, clipNorm: 100 })
    expect(tuned.nodes).toEqual(quantized.nodes)
    for (const name of scalesOf(quantized)) {
      expect(
        values(tuned, name).every(scale => scale > 0),
        name,
      ).toBe(true)
      expect(maxDifference(values(tuned, name), values(quantized, name))).toBeGreaterThan(0)
    }
    for (const name of ['w1', 'w2', 'w3', 'b1', 'b2', 'b3'])
      expect(maxDifference(values(tuned, name), values(quantized, name))).toBeGreaterThan(0)
  })

  it('leaves scales that are to stay', async () => {
    const tuned = await trained(quantized, { optimizer, scales: 'fixed' })
    for (const name of scalesOf(quantized)) expect(values(tuned, name)).toEqual(values(quantized, name))
    expect(maxDifference(values(tuned, 'w2'), values(quantized, 'w2'))).toBeGreaterThan(0)
  })

  it('moves the entries of codebooks, but not the pruned zeros, and no index', async () => {
    const tuned = await trained(shared, { optimizer, weightDecay: 0.1 })
    for (const { codebook, indices } of codebooksOf(shared)) {
      expect(tuned.initializers.get(indices)).toEqual(shared.initializers.get(indices))
      const [before, after] = [values(shared, codebook), values(tuned, codebook)]
      expect([...after].map(entry => entry === 0)).toEqual([...before].map(entry => entry === 0))
      expect(maxDifference(after, before)).toBeGreaterThan(0)
    }
    expect(values(tuned, 'w3/codebook')[0]).toBe(0)
  })
})

it('moves an entry by the mean of the steps that its elements would take on their own', async () => {
  const change = {
    steps: 1,
    momentum: 0,
    weightDecay: 0,
    batchNorm: false,
    clipNorm: 1e9,
    schedule: 'constant',
  } as const
  const tuned = await trained(shared, change)
  const initializers = new Map(original.initializers)
  for (const { output, codebook, indices } of codebooksOf(shared)) {
    const index = shared.initializers.get(indices)!
    const entries = values(shared, codebook)
    initializers.set(
      output,
      floatTensor(
        index.shape,
        toNumbers(index).map(i => entries[i]!),
      ),
    )
  }
  const plain = { ...original, initializers }
  const alone = await trained(plain, change)
  for (const { output, codebook, indices } of codebooksOf(shared)) {
    const [before, after] = [values(plain, output), values(alone, output)]
    const index = toNumbers(shared.initializers.get(indices)!)
    const steps = values(shared, codebook).map((entry, j) => {
      const own = index.flatMap((i, at) => (i === j ? [after[at]! - before[at]!] : []))
      return entry === 0 ? 0 : own.reduce((sum, step) => sum + step, 0) / own.length
    })
    const moved = values(tuned, codebook).map((entry, j) => entry - values(shared, codebook)[j]!)
    expect(maxDifference(moved, steps)).toBeLessThan(1e-5)
    expect(Math.max(...steps.map(Math.abs))).toBeGreaterThan(1e-4)
  }
})

it('is taught by the float original in every way there is', async () => {
  for (const distill of ['soft', 'hints', 'mutual'] as const)
    for (const graph of [quantized, shared])
      expect((await trained(graph, { distill, steps: 3 }, original)).nodes).toEqual(graph.nodes)
})

it('learns: a network of 3 bits comes nearer to the logits of its original', async () => {
  const losses: number[] = []
  await finetune(
    {
      ...{ graph: quantized, teacher: original, ...data.train },
      ...{
        sampleShape: data.sampleShape,
        classes: data.classes,
        teacherLogits: null,
        validate: async () => 0,
      },
    },
    { ...base, epochs: 20, distill: 'soft', distillation: 1 },
    ({ loss }) => losses.push(loss),
  )
  const mean = (part: readonly number[]) => part.reduce((sum, loss) => sum + loss, 0) / part.length
  expect(mean(losses.slice(-6))).toBeLessThan(0.97 * mean(losses.slice(0, 6)))
})

it('leaves no tensor behind, and redraws no rounded or shared weight', async () => {
  await trained(quantized, { steps: 2 })
  const before = memory().numTensors
  for (const graph of [quantized, shared]) await trained(graph, { steps: 2 })
  expect(memory().numTensors).toBe(before)
  for (const graph of [quantized, shared])
    await expect(reinitialize(graph, { ...data.train, sampleShape: [1, 6, 6] }, base)).rejects.toThrow(
      GraphError,
    )
})

it('knows what is a weight beneath a quantiser, a step and a codebook', () => {
  const roles = rolesOf(quantized)
  expect(roles.get('w2')).toEqual(rolesOf(original).get('w2'))
  expect(roles.get('w3')).toEqual({ kind: 'weight', fanIn: 27 })
  expect(roles.get('relu1_out/scale')).toEqual({ kind: 'step' })
  expect(rolesOf(shared).get('w2/codebook')).toEqual({ kind: 'codebook' })
})

it('tunes gradients before they are clipped, AdamW’s steps, and holds what must not fall', () => {
  for (const optimizer of ['sgd', 'adamw'] as const) {
    const v = tidy(() => variable(tensor([1, 1, 1])))
    const tuning = {
      gradient: Float32Array.of(1, 0.5, 1),
      reach: Float32Array.of(1, 0.1, 1),
      least: Float32Array.of(Number.NEGATIVE_INFINITY, 0, 0.999),
    }
    const made = createOptimizer([{ variable: v, decays: false, isScale: false, tuning }], {
      ...{ optimizer, weightDecay: 0, scaleL1: 0 },
    })
    const pace = { rate: 0.01, momentum: 0 }
    const norm = tidy(() => made.apply({ [v.name]: tensor([2, 2, 2]) }, pace, 100))
    expect(norm).toBeCloseTo(3, 5)
    const expected = optimizer === 'sgd' ? [0.98, 0.99, 0.999] : [0.99, 0.999, 0.999]
    expect(maxDifference(v.dataSync<'float32'>(), Float32Array.from(expected))).toBeLessThan(1e-5)
    made.dispose()
    v.dispose()
  }
})
