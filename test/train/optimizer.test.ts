import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { memory, tensor, tidy, variable, zeros } from '../../src/tensor/tf.js'
import { createOptimizer } from '../../src/train/optimizer.js'
import type { Pace } from '../../src/train/schedule.js'
import { initTested } from '../fixtures/backend.js'
import { cpuTime } from '../fixtures/cpu.js'
import { maxDifference, normalSamples } from '../fixtures/run.js'

beforeAll(async () => {
  await initTested()
})

const random = randomStream(8, 0, 'optimizers')
/** The second and the third do not decay, whatever their rank. */
const shapes: readonly (readonly number[])[] = [[3, 4], [4], [2, 1, 1], [2, 2, 1, 3]]
const decaying = [true, false, false, true]
const DECAY = 0.01
const CLIP = 5

/** One parameter of one of the slow optimisers: its next value for a gradient. */
type SlowRule = (decay: number) => (value: number, gradient: number, pace: Pace) => number

/** PyTorch's SGD with nesterov=True, as its documentation writes it. */
const slowSgd: SlowRule = decay => {
  let b: number | null = null
  return (value, raw, { rate, momentum }) => {
    const g = raw + decay * value
    b = b === null ? g : momentum * b + g
    return value - rate * (g + momentum * b)
  }
}

/** PyTorch's AdamW, as its documentation writes it, for betas that stay. */
const slowAdamw: SlowRule = decay => {
  let [m, v, t] = [0, 0, 0]
  return (value, g, { rate, momentum }) => {
    t++
    const pulled = value - rate * decay * value
    m = momentum * m + (1 - momentum) * g
    v = 0.999 * v + (1 - 0.999) * g * g
    return pulled - (rate * (m / (1 - momentum ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
  }
}

const values = shapes.map(shape =>
  normalSamples(
    random,
    shape.reduce((a, b) => a * b, 1),
  ),
)
const gradients = [0.1, 10, 1, 0.5].map(size =>
  values.map(value => normalSamples(random, value.length).map(g => g * size)),
)

/** The parameters after all gradients, one element at a time, the whole gradient clipped. */
function slowly(rule: SlowRule, paces: readonly Pace[]): readonly (readonly number[])[] {
  const moves = values.map((value, i) => [...value].map(() => rule(decaying[i] ? DECAY : 0)))
  return gradients.reduce(
    (parameters, step, t) => {
      const norm = Math.sqrt(step.reduce((sum, g) => g.reduce((s, x) => s + x * x, sum), 0))
      const shorten = norm > CLIP ? CLIP / norm : 1
      return parameters.map((value, i) =>
        value.map((x, j) => moves[i]![j]!(x, step[i]![j]! * shorten, paces[t]!)),
      )
    },
    values.map(value => [...value]),
  )
}

describe.each([
  ['sgd', slowSgd],
  ['adamw', slowAdamw],
] as const)('%s', (optimizer, rule) => {
  it("takes the steps of PyTorch's formula, and only weights decay", () => {
    const before = memory().numTensors
    const variables = values.map((value, i) => tidy(() => variable(tensor(value, [...shapes[i]!]))))
    const optimized = variables.map((v, i) => ({ variable: v, decays: decaying[i]!, isScale: false }))
    const made = createOptimizer(optimized, { optimizer, weightDecay: DECAY, scaleL1: 0 })
    const paces = gradients.map((_, t) => ({ rate: 0.1 / (t + 1), momentum: 0.9 }))
    gradients.forEach((step, t) => {
      tidy(() => {
        const named = variables.map((v, i) => [v.name, tensor(step[i]!, v.shape)] as const)
        made.apply(Object.fromEntries(named), paces[t]!, CLIP)
      })
    })
    const expected = slowly(rule, paces)
    variables.forEach((v, i) => {
      expect(v.shape).toEqual(shapes[i])
      expect(maxDifference(v.dataSync<'float32'>(), Float32Array.from(expected[i]!))).toBeLessThan(1e-5)
    })
    made.dispose()
    for (const v of variables) v.dispose()
    expect(memory().numTensors).toBe(before)
  })

  it('changes nothing by a gradient that is not finite', () => {
    const v = tidy(() => variable(tensor([1, 2])))
    const made = createOptimizer([{ variable: v, decays: true, isScale: false }], {
      optimizer,
      weightDecay: 0,
      scaleL1: 0,
    })
    const pace = { rate: 0.1, momentum: 0.9 }
    const norm = tidy(() => made.apply({ [v.name]: tensor([Number.NaN, 1]) }, pace, 5))
    expect(norm).toBeNaN()
    expect([...v.dataSync()]).toEqual([1, 2])
    made.dispose()
    v.dispose()
  })
})

it('frees the mean of AdamW of its start at zero though its beta changes', () => {
  const v = tidy(() => variable(tensor([0])))
  const made = createOptimizer([{ variable: v, decays: false, isScale: false }], {
    optimizer: 'adamw',
    weightDecay: 0,
    scaleL1: 0,
  })
  // Of gradients that stay the same, every mean is the gradient, so each step is as long as the rate.
  for (const momentum of [0.95, 0.9, 0.85, 0.9])
    tidy(() => made.apply({ [v.name]: tensor([3]) }, { rate: 0.01, momentum }, 5))
  expect(v.dataSync()[0]).toBeCloseTo(-0.04, 6)
  made.dispose()
  v.dispose()
})

it('pulls scales to zero by their sign', () => {
  const v = tidy(() => variable(tensor([2, -3, 0])))
  const w = tidy(() => variable(tensor([5])))
  const optimized = [
    { variable: v, decays: false, isScale: true },
    { variable: w, decays: false, isScale: false },
  ]
  const made = createOptimizer(optimized, { optimizer: 'sgd', weightDecay: 0, scaleL1: 0.5 })
  tidy(() => made.apply({}, { rate: 0.1, momentum: 0 }, 5))
  expect([...v.dataSync()]).toEqual([...Float32Array.of(1.95, -2.95, 0)])
  expect([...w.dataSync()]).toEqual([5])
  made.dispose()
  for (const own of [v, w]) own.dispose()
})

it('keeps zeros at zero, whatever momentum they had', () => {
  const v = tidy(() => variable(tensor([1, 2, 3])))
  const optimized = [{ variable: v, decays: true, isScale: false }]
  const made = createOptimizer(optimized, { optimizer: 'sgd', weightDecay: 0.1, scaleL1: 0 })
  const step = () => tidy(() => made.apply({ [v.name]: tensor([1, 1, 1]) }, { rate: 0.1, momentum: 0.9 }, 5))
  step()
  made.freezeZeros(Float32Array.of(1, 0, 1))
  expect(v.dataSync()[1] === 0).toBe(true)
  step()
  expect(v.dataSync()[1] === 0).toBe(true)
  expect(v.dataSync()[0]).toBeLessThan(0.8)
  made.dispose()
  v.dispose()
})

it('is made in little more time than its vectors take to fill', () => {
  const n = 2 ** 21
  const v = tidy(() => variable(zeros([n])))
  const fill = () => {
    for (let i = 0; i < 4; i++) tensor(new Float32Array(n).fill(i)).dispose()
  }
  const make = () =>
    createOptimizer([{ variable: v, decays: true, isScale: true }], {
      optimizer: 'sgd',
      weightDecay: 0.1,
      scaleL1: 0.1,
    }).dispose()
  expect(cpuTime(make) / cpuTime(fill)).toBeLessThan(10)
  v.dispose()
})
