import { beforeAll, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { memory } from '../../src/tensor/tf.js'
import { Batches } from '../../src/train/batches.js'
import { createLearner } from '../../src/train/learner.js'
import { fineTuneDefaults } from '../../src/train/options.js'
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
const taught = {
  samples: normalSamples(random, rows * 784),
  sampleShape: [1, 28, 28],
  labels: Int32Array.from({ length: rows }, () => random.below(10)),
  teacherLogits: normalSamples(random, rows * 10),
  classes: 10,
}
const batches = new Batches(taught, options)

it.each(['lenet5', 'mobilenetv1'] as const)(
  '%s holds no more tensors after 50 steps, and none at the end',
  net => {
    const start = memory().numTensors
    const student = createLearner(loadModel(net), taught, options)
    const before = memory().numTensors
    for (let i = 0; i < 50; i++) {
      const batch = batches.take(Int32Array.of(0, 1), 0, random)
      trainStep(student, { kind: 'stored' }, batch, options, { rate: 0.01, momentum: 0.9 })
    }
    expect(memory().numTensors).toBe(before)
    student.dispose()
    expect(memory().numTensors).toBe(start)
  },
)
