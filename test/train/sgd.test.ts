import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { memory, tensor, tidy, variable } from '../../src/tensor/tf.js'
import { Sgd } from '../../src/train/sgd.js'
import { initTested } from '../fixtures/backend.js'
import { maxDifference, normalSamples } from '../fixtures/run.js'

beforeAll(async () => {
  await initTested()
})

const random = randomStream(8, 0, 'sgd')
const shapes: readonly (readonly number[])[] = [[3, 4], [4], [2, 2, 1, 3]]

/** PyTorch's SGD with nesterov=True, one element at a time. */
function slowSgd(
  values: readonly Float32Array[],
  gradients: readonly (readonly Float32Array[])[],
  { rate, momentum, decay, clip }: { rate: number; momentum: number; decay: readonly number[]; clip: number },
): number[][] {
  const p = values.map(value => [...value])
  const velocity = p.map(value => value.map(() => 0))
  for (const step of gradients) {
    const norm = Math.sqrt(step.reduce((sum, g) => g.reduce((s, x) => s + x * x, sum), 0))
    const shorten = norm > clip ? clip / norm : 1
    step.forEach((g, i) => {
      g.forEach((raw, j) => {
        const d = raw * shorten + decay[i]! * p[i]![j]!
        velocity[i]![j] = momentum * velocity[i]![j]! + d
        p[i]![j]! -= rate * (d + momentum * velocity[i]![j]!)
      })
    })
  }
  return p
}

describe('Sgd', () => {
  const values = shapes.map(shape =>
    normalSamples(
      random,
      shape.reduce((a, b) => a * b, 1),
    ),
  )
  const gradients = [0.1, 10, 1].map(size =>
    values.map(value => normalSamples(random, value.length).map(g => g * size)),
  )

  it('takes the steps of a slow one, weights decaying and vectors not', () => {
    const before = memory().numTensors
    const variables = values.map((value, i) => tidy(() => variable(tensor(value, [...shapes[i]!]))))
    const sgd = new Sgd(variables, 0.9, 0.01)
    for (const step of gradients) {
      tidy(() => {
        const named = variables.map((v, i) => [v.name, tensor(step[i]!, v.shape)] as const)
        sgd.apply(Object.fromEntries(named), 0.1, 5)
      })
    }
    const expected = slowSgd(values, gradients, { rate: 0.1, momentum: 0.9, decay: [0.01, 0, 0.01], clip: 5 })
    variables.forEach((v, i) => {
      expect(v.shape).toEqual(shapes[i])
      expect(maxDifference(v.dataSync<'float32'>(), Float32Array.from(expected[i]!))).toBeLessThan(1e-5)
    })
    sgd.dispose()
    for (const v of variables) v.dispose()
    expect(memory().numTensors).toBe(before)
  })

  it('changes nothing by a gradient that is not finite', () => {
    const v = tidy(() => variable(tensor([1, 2])))
    const sgd = new Sgd([v], 0.9, 0)
    const norm = tidy(() => sgd.apply({ [v.name]: tensor([Number.NaN, 1]) }, 0.1, 5))
    expect(norm).toBeNaN()
    expect([...v.dataSync()]).toEqual([1, 2])
    sgd.dispose()
    v.dispose()
  })
})
