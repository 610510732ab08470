import { describe, expect, it } from 'vitest'
import {
  fakeQuantizeNode,
  fakeQuantizeOf,
  integerRange,
  quantizedIntegers,
} from '../../src/graph/fake-quantize.js'
import { roundHalfEven } from '../../src/graph/round-half-even.js'
import { floatTensor } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'

const quantizer = {
  input: 'w',
  output: 'w.q',
  scale: 's',
  zeroPoint: '',
  bits: 3,
  signed: true,
  axis: 1,
} as const

function graphOf(weights: Float32Array, shape: readonly number[], scales: Float32Array): Graph {
  return {
    name: 'g',
    irVersion: 8,
    opset: 17,
    otherOpsets: {},
    nodes: [],
    initializers: new Map([
      ['w', floatTensor(shape, weights)],
      ['s', floatTensor([scales.length], scales)],
    ]),
    inputs: [],
    outputs: [],
    metadata: {},
  }
}

describe('fake quantisation', () => {
  it('survives the way through a node', () => {
    expect(fakeQuantizeOf(fakeQuantizeNode('q', quantizer))).toEqual(quantizer)
    const whole = { ...quantizer, axis: null, signed: false, zeroPoint: 'z', bits: 8 }
    expect(fakeQuantizeOf(fakeQuantizeNode('q', whole))).toEqual(whole)
  })

  it('refuses bits that there are not', () => {
    for (const bits of [0, 9])
      expect(() => fakeQuantizeOf(fakeQuantizeNode('q', { ...quantizer, bits }))).toThrow(/1 to 8 bits/)
    for (const value of [{ signed: false }, { zeroPoint: 'z' }])
      expect(() => fakeQuantizeOf(fakeQuantizeNode('q', { ...quantizer, ...value, bits: 1 }))).toThrow(
        /2 to 8 bits/,
      )
  })

  it('has ranges that are symmetric, or start at zero', () => {
    expect(integerRange({ bits: 2, signed: true })).toEqual({ low: -1, high: 1, apart: 1 })
    expect(integerRange({ bits: 8, signed: true })).toEqual({ low: -127, high: 127, apart: 1 })
    expect(integerRange({ bits: 4, signed: false })).toEqual({ low: 0, high: 15, apart: 1 })
  })

  it('takes of one bit the sign, which is never 0', () => {
    const weights = Float32Array.of(-3, -1e-40, 0, 1e-40, 0.2, 5)
    const found = quantizedIntegers(graphOf(weights, [3, 2], Float32Array.of(0.5, 1)), {
      ...quantizer,
      bits: 1,
    })
    expect([...found]).toEqual([-1, -1, 1, 1, 1, 1])
  })

  it('rounds half to even', () => {
    expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4, -2.6].map(roundHalfEven)).toEqual([
      -2, -2, 0, 0, 2, 2, 2, -3,
    ])
  })

  it('takes of all integers the nearest, with the scale of each channel along a middle axis', () => {
    const random = randomStream(1, 0, 'weights')
    const shape = [2, 3, 4]
    const weights = Float32Array.from({ length: 24 }, () => random.uniform() * 2 - 1)
    const scales = Float32Array.from([0.1, 0.25, 0])
    const found = quantizedIntegers(graphOf(weights, shape, scales), quantizer)
    weights.forEach((w, i) => {
      const step = scales[Math.floor(i / 4) % 3]!
      const errors = [-3, -2, -1, 0, 1, 2, 3].map(integer => Math.abs(integer * step - w))
      const error = Math.abs(found[i]! * step - w)
      expect(error).toBeLessThanOrEqual(Math.min(...errors) + 1e-7)
    })
    expect([...found].filter((_, i) => Math.floor(i / 4) % 3 === 2).every(integer => integer === 0)).toBe(
      true,
    )
  })
})
