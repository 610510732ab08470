import { expect, it } from 'vitest'
import { ppoLoss } from '../../agents/ppo-loss.js'
import { randomStream } from '../../src/random.js'
import { Calculation } from '../../src/runtime/calculation.js'

const BINS = 5
const STEPS = 40
const options = { clip: 0.2, entropy: 0.05, steps: STEPS }
const STEP = 1e-5

/** The loss of logits [bins, n] written out step by step, in double precision. */
function slowLoss(
  logits: readonly number[],
  bins: readonly number[],
  old: ArrayLike<number>,
  a: ArrayLike<number>,
) {
  let sum = 0
  for (const [n, bin] of bins.entries()) {
    const weights = Array.from({ length: BINS }, (_, k) => Math.exp(logits[k * STEPS + n]!))
    const total = weights.reduce((x, y) => x + y, 0)
    const p = weights.map(weight => weight / total)
    const ratio = p[bin]! / Math.exp(old[n]!)
    const clipped = Math.min(1 + options.clip, Math.max(1 - options.clip, ratio))
    const entropy = -p.reduce((x, y) => x + y * Math.log(y), 0)
    sum += Math.min(ratio * a[n]!, clipped * a[n]!) + options.entropy * entropy
  }
  return -sum / STEPS
}

it('computes and differentiates the loss as finite differences do, clipped on either side or not', async () => {
  const random = randomStream(2, 0, 'ppo loss')
  const logits = Float32Array.from({ length: BINS * STEPS }, () => random.normal())
  const bins = Array.from({ length: STEPS }, () => random.below(BINS))
  const advantages = Float32Array.from({ length: STEPS }, () => random.normal())
  const chosen = new Float32Array(BINS * STEPS)
  for (const [n, bin] of bins.entries()) chosen[bin * STEPS + n] = 1
  const newLogs = bins.map((bin, n) => {
    const total = Array.from({ length: BINS }, (_, k) => Math.exp(logits[k * STEPS + n]!)).reduce(
      (x, y) => x + y,
    )
    return logits[bin * STEPS + n]! - Math.log(total)
  })
  // Ratios from 0.5 to 1.7, none so near to the clip that a difference would cross it.
  const ratios = [0.5, 0.75, 0.85, 1, 1.15, 1.25, 1.7]
  const behaviour = Float32Array.from(newLogs, (log, n) => log - Math.log(ratios[n % ratios.length]!))

  const c = new Calculation()
  const decisions = {
    chosen: c.input('chosen', [BINS, STEPS]),
    behaviour: c.input('behaviour', [1, STEPS]),
    advantages: c.input('advantages', [1, STEPS]),
  }
  const opened = await c.open({ ...ppoLoss(c, c.input('logits', [BINS, STEPS]), decisions, options) })
  const found = await opened.run({ logits, chosen, behaviour, advantages })
  await opened.close()

  const values = Array.from(logits)
  const loss = (changed: readonly number[]) => slowLoss(changed, bins, behaviour, advantages)
  expect(found.loss[0]).toBeCloseTo(loss(values), 5)
  for (const [i, value] of values.entries()) {
    const difference = (loss(values.with(i, value + STEP)) - loss(values.with(i, value - STEP))) / (2 * STEP)
    expect(found.byLogits[i]).toBeCloseTo(difference, 5)
  }
})
