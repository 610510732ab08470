import { beforeAll, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { createExecutor } from '../../src/tensor/executor.js'
import { memory } from '../../src/tensor/tf.js'
import { insertBatchNorm } from '../../src/train/batch-norm.js'
import { Batches } from '../../src/train/batches.js'
import { fineTuneDefaults } from '../../src/train/options.js'
import { Sgd } from '../../src/train/sgd.js'
import { trainStep } from '../../src/train/step.js'
import { initTested } from '../fixtures/backend.js'
import { loadModel } from '../fixtures/models.js'
import { normalSamples } from '../fixtures/run.js'

beforeAll(async () => {
  await initTested()
})

const rows = 2
const random = randomStream(6, 0, 'memory')
const options = { ...fineTuneDefaults, epochs: 1, batchSize: rows, learningRate: 0.01, seed: 1 }
const batches = new Batches(
  {
    samples: normalSamples(random, rows * 784),
    sampleShape: [1, 28, 28],
    labels: Int32Array.from({ length: rows }, () => random.below(10)),
    teacherLogits: normalSamples(random, rows * 10),
    classes: 10,
  },
  options,
)

it.each(['lenet5', 'mobilenetv1'] as const)(
  '%s holds no more tensors after 50 steps, and none at the end',
  net => {
    const start = memory().numTensors
    const executor = createExecutor(insertBatchNorm(loadModel(net)))
    const variables = executor.parameters.trainable().map(([, v]) => v)
    const sgd = new Sgd(variables, options.momentum, options.weightDecay)
    const before = memory().numTensors
    for (let i = 0; i < 50; i++) trainStep(executor, sgd, batches.take(Int32Array.of(0, 1), 0), options, 0.01)
    expect(memory().numTensors).toBe(before)
    sgd.dispose()
    executor.parameters.dispose()
    expect(memory().numTensors).toBe(start)
  },
)
