import { beforeAll, expect, it } from 'vitest'
import { floatTensor } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { memory } from '../../src/tensor/tf.js'
import { Batches } from '../../src/train/batches.js'
import { DivergedError, finetune } from '../../src/train/finetune.js'
import { createLearner } from '../../src/train/learner.js'
import { fineTuneDefaults } from '../../src/train/options.js'
import { trainStep } from '../../src/train/step.js'
import { initTested } from '../fixtures/backend.js'
import { loadModel } from '../fixtures/models.js'
import { normalSamples } from '../fixtures/run.js'

beforeAll(async () => {
  await initTested()
})

const random = randomStream(4, 0, 'step')
const rows = 16
const taught = {
  samples: normalSamples(random, rows * 784),
  sampleShape: [1, 28, 28],
  labels: Int32Array.from({ length: rows }, () => random.below(10)),
  teacherLogits: normalSamples(random, rows * 10),
  classes: 10,
}
const options = { ...fineTuneDefaults, epochs: 1, batchSize: rows, learningRate: 0.05, seed: 1 }

it('learns a batch by heart and keeps no tensor from step to step', () => {
  const plain = { ...options, weightDecay: 0, batchNorm: false }
  const student = createLearner(loadModel('lenet300'), taught, plain)
  const batch = new Batches({ ...taught, teacherLogits: null }, options).take(
    Int32Array.from({ length: rows }, (_, i) => i),
    0,
    random,
  )
  const before = memory().numTensors
  const losses = Array.from(
    { length: 30 },
    () => trainStep(student, { kind: 'labels' }, batch, plain, { rate: 0.05, momentum: 0.9 }).loss,
  )
  expect(memory().numTensors).toBe(before)
  expect(losses.at(-1)).toBeLessThan(0.05 * losses[0]!)
  student.dispose()
})

/** The net with one weight of the named initializer replaced. */
function broken(graph: Graph, name: string, value: number): Graph {
  const weight = graph.initializers.get(name)!
  const data = (weight.data as Float32Array).with(0, value)
  return { ...graph, initializers: new Map(graph.initializers).set(name, floatTensor(weight.shape, data)) }
}

it('names the first layer that is not finite', async () => {
  const graph = loadModel('lenet300')
  const dense = graph.nodes.filter(node => node.op === 'Gemm')
  const second = dense[1]!
  const before = memory().numTensors
  const run = finetune(
    { ...taught, graph: broken(graph, second.inputs[1]!, Number.NaN), validate: async () => 0 },
    options,
    () => {},
  )
  const error = await run.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DivergedError)
  expect(String(error)).toContain(`at step 1 of 1, first in the output of node ${second.id} (Gemm)`)
  expect(memory().numTensors).toBe(before)
})

it('ends with an AbortError when its signal gives no other reason', async () => {
  const stop = new AbortController()
  const run = finetune(
    { ...taught, graph: loadModel('lenet300'), validate: async () => 0 },
    { ...options, epochs: 9 },
    ({ step }) => {
      if (step === 3) stop.abort()
    },
    stop.signal,
  )
  await expect(run).rejects.toMatchObject({ name: 'AbortError' })
})
