import { beforeAll, expect, it } from 'vitest'
import { GraphError } from '../../src/graph/types.js'
import { memory } from '../../src/tensor/tf.js'
import { createLearner } from '../../src/train/learner.js'
import { fineTuneDefaults } from '../../src/train/options.js'
import { initTested } from '../fixtures/backend.js'
import { smallData, smallNet } from '../fixtures/small-net.js'

beforeAll(async () => {
  await initTested()
})

it('refuses to pull at scales that a network has not, batch norm put back or not', () => {
  const { train, sampleShape } = smallData(8)
  const samples = { samples: train.samples, sampleShape }
  const before = memory().numTensors
  const make = (batchNorm: boolean) =>
    createLearner(smallNet(1), samples, { ...fineTuneDefaults, batchNorm, scaleL1: 0.1 })
  expect(() => make(false)).toThrow(GraphError)
  expect(memory().numTensors).toBe(before)
  make(true).dispose()
})
