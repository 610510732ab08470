import { describe, expect, it } from 'vitest'
import { dequantizeGraph } from '../../../src/compress/quantize/dequantize.js'
import { lowerCompressed } from '../../../src/compress/quantize/lower.js'
import { uniformPlan } from '../../../src/compress/quantize/plan.js'
import { readOnnx } from '../../../src/formats/onnx/read.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { fakeQuantizeNode, integerRange } from '../../../src/graph/fake-quantize.js'
import { lookupNode } from '../../../src/graph/lookup.js'
import { PARE_DOMAIN } from '../../../src/graph/pare-domain.js'
import { floats, floatTensor, toNumbers } from '../../../src/graph/tensor.js'
import type { Graph, Node } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { graphOf, quantized } from '../../fixtures/quantized.js'
import { conv } from '../../fixtures/random-graph/layers.js'
import { maxDifference, normalSamples, runGraph } from '../../fixtures/run.js'
import { smallNet } from '../../fixtures/small-net.js'

const random = randomStream(1, 0, 'lower')
const samples = normalSamples(random, 64)

/** A graph of nodes of pare's own, from `x` to `y`. */
function ownGraph(nodes: readonly Node[], constants: Graph['initializers']): Graph {
  return {
    ...{ name: 'g', irVersion: 8, opset: 18, otherOpsets: { [PARE_DOMAIN]: 1 }, metadata: {} },
    nodes,
    initializers: constants,
    inputs: [{ name: 'x', dtype: 'float32', shape: ['n', 4] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: null }],
  }
}

describe('lowered activations', () => {
  it.each([2, 3, 4, 5, 6, 7, 8])('are exactly on the grid of %i bits in ONNX Runtime', async bits => {
    for (const [signed, zero] of [
      [false, 0],
      [false, random.below(2 ** bits)],
      [true, 0],
    ] as const) {
      const scale = Math.fround(3 / 2 ** bits)
      const q = {
        input: 'x',
        output: 'y',
        scale: 's',
        zeroPoint: signed ? '' : 'z',
        bits,
        signed,
        axis: null,
      }
      const lowered = lowerCompressed(
        ownGraph(
          [fakeQuantizeNode('q', q)],
          new Map([
            ['s', floatTensor([], [scale])],
            ['z', { dtype: 'int32', shape: [], data: Int32Array.of(zero) }],
          ]),
        ),
      )
      const { low, high } = integerRange(q)
      const slow = samples.map(
        x => (Math.min(high, Math.max(low, Math.round(x / scale) + zero)) - zero) * scale,
      )
      expect(maxDifference(await runGraph(lowered, samples, [16, 4]), slow)).toBeLessThan(1e-6)
    }
  })
})

describe('lowered weights', () => {
  it('that are looked up are spelled out', async () => {
    const constants: Graph['initializers'] = new Map([
      ['i', { dtype: 'uint8', shape: [4, 2], data: Uint8Array.of(0, 1, 2, 0, 1, 2, 2, 2) }],
      ['c', floatTensor([3], [-1, 0.5, 2])],
    ])
    const product: Node = {
      ...{ id: 'm', op: 'MatMul', domain: '', inputs: ['x', 'w'], outputs: ['y'], attributes: {} },
    }
    const lookup = lookupNode('l', { indices: 'i', codebook: 'c', output: 'w' })
    const lowered = lowerCompressed(ownGraph([lookup, product], constants))
    expect([...lowered.initializers.keys()]).toEqual(['w'])
    const row = Float32Array.of(1, 10, 100, 1000)
    expect([...(await runGraph(lowered, row, [1, 4]))]).toEqual([-1 + 20 + 50 + 2000, 0.5 - 10 + 200 + 2000])
    const beyond = new Map(constants).set('c', floatTensor([2], [1, 2]))
    expect(() => lowerCompressed(ownGraph([lookup, product], beyond))).toThrow(/index 2 is past/)
  })

  it('B09: have each its own width, in the file and when it is read again', async () => {
    const graph = readOnnx(writeOnnx(smallNet(1)))
    const bits = { first: 1, second: 4, third: 8 }
    const plan = new Map(Object.entries(bits).map(([id, weight]) => [id, { weight, activation: null }]))
    const { lowered } = await quantized(graph, { plan })
    const again = readOnnx(writeOnnx(lowered))
    const stored = again.nodes
      .flatMap(({ inputs: [name = ''] }) => [again.initializers.get(name)])
      .filter(tensor => tensor?.dtype.startsWith('int'))
    expect(stored.map(tensor => tensor?.dtype)).toEqual(['int4', 'int4', 'int8'])
    for (const [i, width] of Object.values(bits).entries()) {
      const largest = Math.max(...toNumbers(stored[i]!).map(Math.abs))
      expect(largest).toBe(integerRange({ bits: width, signed: true }).high)
    }
  })

  it('may be rectified twice, as without a residual block, which ONNX Runtime alone fails on', async () => {
    const twice = graphOf(b => {
      const made = conv(b, b.input([2, 6, 6]), 4, { bias: true })
      const relu = b.node('Relu', [made.name], [4, 6, 6])
      const again = b.node('Relu', [relu.name], [4, 6, 6])
      b.output(conv(b, again, 3, { bias: true }))
    })
    const { lowered } = await quantized(twice)
    const x = normalSamples(random, 72)
    const [found, float] = [await runGraph(lowered, x, [1, 2, 6, 6]), await runGraph(twice, x, [1, 2, 6, 6])]
    expect(maxDifference(found, float)).toBeLessThan(0.1 * Math.max(...float.map(Math.abs)))
  })

  it('are exact int4 in ONNX Runtime', async () => {
    const graph = readOnnx(writeOnnx(smallNet(2)))
    const plan = uniformPlan(graph, { weight: 4, activation: null })
    const { lowered } = await quantized(graph, { plan })
    const x = normalSamples(random, 2 * 36)
    const found = await runGraph(lowered, x, [2, 1, 6, 6])
    expect(maxDifference(found, await runGraph(dequantizeGraph(lowered), x, [2, 1, 6, 6]))).toBeLessThan(1e-5)
  })
})

describe('a quantised graph', () => {
  const graph = graphOf(b => {
    const first = conv(b, b.input([3, 8, 8]), 4, { bias: true })
    const relu = b.node('Relu', [first.name], [4, 8, 8])
    const second = conv(b, relu, 4, { bias: true })
    const sum = b.node('Add', [relu.name, second.name], [4, 8, 8])
    const mean = b.node('GlobalAveragePool', [sum.name], [4, 1, 1])
    const flat = b.node('Flatten', [mean.name], [4])
    b.output(b.node('Gemm', [flat.name, b.weight([4, 3], 4), b.weight([3])], [3]))
  })

  it('computes nearly the same, and as a float network again the weights are a step away at most', async () => {
    const { lowered } = await quantized(graph)
    const x = normalSamples(random, 4 * 192)
    const [original, found] = [
      await runGraph(graph, x, [4, 3, 8, 8]),
      await runGraph(lowered, x, [4, 3, 8, 8]),
    ]
    const size = Math.max(...original.map(Math.abs))
    expect(maxDifference(original, found)).toBeLessThan(0.05 * size)
    expect(maxDifference(original, found)).toBeGreaterThan(0)
    const float = dequantizeGraph(readOnnx(writeOnnx(lowered)))
    expect(float.nodes.map(({ op }) => op)).toEqual(graph.nodes.map(({ op }) => op))
    const weights = (g: Graph) =>
      g.nodes.flatMap(({ op, inputs }) =>
        op === 'Conv' || op === 'Gemm' ? inputs.slice(1).map(name => floats(g.initializers.get(name)!)) : [],
      )
    for (const [i, weight] of weights(graph).entries()) {
      const largest = weight.reduce((most, w) => Math.max(most, Math.abs(w)), 0)
      expect(maxDifference(weight, weights(float)[i]!)).toBeLessThanOrEqual((0.51 * largest) / 127)
    }
  })
})
