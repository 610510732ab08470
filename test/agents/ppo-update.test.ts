import { expect, it } from 'vitest'
import type { Optimized } from '../../agents/adam.js'
import { evaluate, initialParameters } from '../../agents/networks.js'
import { openPpoUpdate, type PpoBatch } from '../../agents/ppo-update.js'
import { randomStream } from '../../src/random.js'

const FEATURES = 4
const BINS = 5
const STEPS = 12
const widths = [FEATURES, 16, BINS]
const common = { actor: widths, steps: STEPS, rate: 1e-2, clip: 0.2, entropy: 0 }

const random = randomStream(1, 0, 'ppo update')
const uniform = (length: number) => Float32Array.from({ length }, () => random.uniform())

function createActor(): Optimized<Float32Array> {
  const parameters = initialParameters(widths, random)
  const zeros = new Float32Array(parameters.length)
  return { parameters, mean: zeros, square: zeros }
}

function drawBatch(): PpoBatch & { readonly bins: readonly number[] } {
  const bins = Array.from({ length: STEPS }, () => random.below(BINS))
  const chosen = new Float32Array(BINS * STEPS)
  for (const [n, bin] of bins.entries()) chosen[bin * STEPS + n] = 1
  return {
    bins,
    chosen,
    observations: uniform(FEATURES * STEPS),
    behaviour: new Float32Array(STEPS).fill(-Math.log(BINS)),
    advantages: uniform(STEPS).map(advantage => advantage - 0.5),
  }
}

/** Probability of each step's choice. */
function probabilities(parameters: Float32Array, { observations, bins }: ReturnType<typeof drawBatch>) {
  return bins.map((bin, n) => {
    const observation = Array.from(observations.subarray(n * FEATURES, (n + 1) * FEATURES))
    const weights = Array.from(evaluate(widths, parameters, observation), Math.exp)
    return weights[bin]! / weights.reduce((x, y) => x + y)
  })
}

it('runs many epochs at once as it runs them one by one', async () => {
  const [many, one] = [
    await openPpoUpdate({ ...common, epochs: 4 }),
    await openPpoUpdate({ ...common, epochs: 1 }),
  ]
  const [batch, actor] = [drawBatch(), createActor()]
  const { bins: _, ...given } = batch
  const before = structuredClone(actor)
  const expected = await many.run(actor, given, 3)
  let stepped = actor
  for (let epoch = 0; epoch < 4; epoch++) stepped = (await one.run(stepped, given, 3 + epoch)).actor
  expect(actor).toEqual(before)
  const worst = expected.actor.parameters.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - stepped.parameters[i]!)),
    0,
  )
  expect(worst).toBeLessThan(1e-6)
  for (const update of [many, one]) await update.close()
})

it('makes likelier what was better than expected, and less likely what was worse', async () => {
  const update = await openPpoUpdate({ ...common, epochs: 40 })
  const [batch, actor] = [drawBatch(), createActor()]
  const { bins: _, ...given } = batch
  const after = probabilities((await update.run(actor, given, 0)).actor.parameters, batch)
  await update.close()
  for (const [n, advantage] of given.advantages.entries())
    if (Math.abs(advantage) > 0.2) expect(Math.sign(after[n]! - 1 / BINS)).toBe(Math.sign(advantage))
})
