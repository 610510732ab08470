import { describe, expect, it } from 'vitest'
import { quantizableLayers } from '../../../src/compress/quantize/layers.js'
import { settleBits, uniformPlan } from '../../../src/compress/quantize/plan.js'
import { graphOf } from '../../fixtures/quantized.js'
import { conv } from '../../fixtures/random-graph/layers.js'

/** conv -> relu, read by a pooled convolution, a dense layer behind a flatten, and a sum. */
const branched = graphOf(b => {
  const first = conv(b, b.input([3, 8, 8]), 4, { bias: true })
  const relu = b.node('Relu', [first.name], [4, 8, 8])
  const pooled = b.node('MaxPool', [relu.name], [4, 4, 4], { kernel_shape: [2, 2], strides: [2, 2] })
  b.output(conv(b, pooled, 5, { bias: true }))
  const flat = b.node('Flatten', [relu.name], [256])
  b.output(b.node('Gemm', [flat.name, b.weight([256, 7], 256), b.weight([7])], [7]))
})

const shared = graphOf(b => {
  const w = b.weight([6, 6], 6)
  const first = b.node('MatMul', [b.input([6]).name, w], [6])
  b.output(b.node('Gemm', [b.node('Relu', [first.name], [6]).name, w, b.weight([6])], [6], { transB: 1 }))
})

describe('quantisable layers', () => {
  it('share an activation that reaches them through operators that only move numbers', () => {
    const { layers, activations } = quantizableLayers(branched)
    const [first, second, third] = layers.map(({ node }) => node)
    const relu = branched.nodes.find(({ op }) => op === 'Relu')!.outputs[0]!
    expect(activations).toEqual([
      { name: branched.inputs[0]!.name, layers: [first] },
      { name: relu, layers: [second, third] },
    ])
  })

  it('B10: have their channels along the axis that the operator and its attributes say', () => {
    const graph = graphOf(b => {
      const x = b.input([4, 6, 6])
      const up = b.node('ConvTranspose', [x.name, b.weight([4, 3, 2, 2], 8)], [3, 7, 7])
      const each = b.node('ConvTranspose', [x.name, b.weight([4, 1, 3, 3], 9)], [4, 8, 8], { group: 4 })
      const flat = b.node('Flatten', [up.name], [147])
      const dense = b.node('Gemm', [flat.name, b.weight([5, 147], 147)], [5], { transB: 1 })
      const wide = b.node('Gemm', [dense.name, b.weight([5, 9], 5)], [9])
      b.output(b.node('MatMul', [wide.name, b.weight([9, 2], 9)], [2]))
      b.output(conv(b, each, 4, { group: 4 }))
    })
    expect(quantizableLayers(graph).layers.map(({ op, axis, depthwise }) => [op, axis, depthwise])).toEqual([
      ['ConvTranspose', 1, false],
      ['ConvTranspose', 0, true],
      ['Gemm', 0, false],
      ['Gemm', 1, false],
      ['MatMul', 1, false],
      ['Conv', 0, true],
    ])
  })

  it('stay float where they are recurrent, or have no constant weight, and say so', () => {
    const graph = graphOf(b => {
      const x = b.input([5, 4])
      b.output(b.node('MatMul', [x.name, x.name], [5, 5]))
      const [all = ''] = b.nodes('RNN', [x.name, b.weight([1, 3, 4]), b.weight([1, 3, 3])], 1, {
        hidden_size: 3,
      })
      b.output({ name: all, shape: [1, 5, 3] })
    })
    expect(quantizableLayers(graph).float.map(({ reason }) => reason)).toEqual([
      'its weight is computed, not a constant',
      'a recurrent layer; its state would be rounded at every step',
    ])
  })

  it('B11: share one decision where they share a weight, and have no scales by channel if they differ on its axis', () => {
    const { layers, weights } = quantizableLayers(shared)
    expect(weights).toEqual([{ name: layers[0]!.weight, layers: layers.map(({ node }) => node), axis: null }])
  })
})

describe('plans', () => {
  const [first, second] = quantizableLayers(shared).layers.map(({ node }) => node)
  const settle = (plan: Parameters<typeof settleBits>[1]) => settleBits(quantizableLayers(shared), plan)

  it('B11: report layers that want different bits for one tensor', () => {
    const plan = new Map([
      [first!, { weight: 4, activation: null }],
      [second!, { weight: 8, activation: null }],
    ])
    expect(() => settle(plan)).toThrow(/share weight .* but want 4 and 8 bits/)
    expect(settle(new Map([[second!, { weight: 8, activation: null }]])).weights.size).toBe(1)
  })

  it('refuse layers that are not there, even by names that objects have, and bits that there are not', () => {
    for (const name of ['none', 'constructor', '__proto__'])
      expect(() => settle(new Map([[name, { weight: 8, activation: 8 }]]))).toThrow(/no such layer/)
    for (const weight of [0, 9, 2.5, Number.NaN])
      expect(() => settle(new Map([[first!, { weight, activation: 8 }]]))).toThrow(/expected 1 to 8 bits/)
    for (const activation of [1, 9])
      expect(() => settle(new Map([[first!, { weight: 1, activation }]]))).toThrow(/expected 2 to 8 bits/)
  })

  it('leave layers float by name', () => {
    expect([...uniformPlan(shared, { weight: 8, activation: 8 }, new Set([first!])).keys()]).toEqual([second])
  })
})
