import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { openUpdates } from '../../agents/ddpg-updates.js'
import { type Learner, vectorsOf } from '../../agents/learners.js'
import { initialParameters, type Widths } from '../../agents/networks.js'
import type { Batch } from '../../agents/replay.js'
import { randomStream } from '../../src/random.js'
import { referenceUpdate } from './reference-update.js'

const FEATURES = 5
const COUNT = 4
const options = {
  actor: [FEATURES, 24, 16, 1],
  critic: [FEATURES + 1, 24, 16, 1],
  actorRate: 1e-2,
  criticRate: 2e-2,
  restraint: 0.2,
  tau: 0.1,
  batch: 12,
}

const random = randomStream(1, 0, 'updates')
const uniform = (length: number) => Float32Array.from({ length }, () => random.uniform())

function drawBatch(): Batch {
  return {
    observations: uniform(options.batch * FEATURES),
    actions: uniform(options.batch),
    rewards: uniform(options.batch).map(reward => reward - 0.5),
    next: uniform(options.batch * FEATURES),
    bootstrap: uniform(options.batch).map(Math.round),
  }
}

function createLearner(widths: Widths): Learner<Float32Array> {
  const parameters = initialParameters(widths, random)
  const zeros = new Float32Array(parameters.length)
  return { parameters, mean: zeros, square: zeros, target: initialParameters(widths, random) }
}

/** Largest difference in shares of the largest element. */
function relativeError(found: Float32Array, expected: Float32Array): number {
  const largest = (values: Float32Array) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  return largest(expected.map((x, i) => x - found[i]!)) / largest(expected)
}

beforeAll(async () => {
  await tf.setBackend('cpu')
})

it('updates as TF.js does, update by update and run by run', async () => {
  const updates = await openUpdates(options, COUNT)
  let learners = { actor: createLearner(options.actor), critic: createLearner(options.critic) }
  let expected = learners
  for (let done = 0; done < 5 * COUNT; done += COUNT) {
    const batches = Array.from({ length: COUNT }, drawBatch)
    const before = structuredClone(learners)
    const updated = await updates.run(learners, batches, done)
    expect(learners).toEqual(before)
    learners = updated.learners
    let losses = { criticLoss: 0, actorLoss: 0 }
    for (const [i, batch] of batches.entries()) {
      const reference = referenceUpdate(expected, batch, done + i + 1, options)
      expected = reference.learners
      losses = reference
    }
    expect(updated.criticLoss[0]).toBeCloseTo(losses.criticLoss, 5)
    expect(updated.actorLoss[0]).toBeCloseTo(losses.actorLoss, 5)
    const found = vectorsOf(learners)
    for (const [name, values] of Object.entries(vectorsOf(expected)))
      expect(relativeError(found[name]!, values), name).toBeLessThan(1e-5)
  }
  await updates.close()
})
