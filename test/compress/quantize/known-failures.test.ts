import { describe, expect, it } from 'vitest'
import { emptyHistogram } from '../../../src/compress/quantize/histogram.js'
import { quantizableValues } from '../../../src/compress/quantize/insert.js'
import { rangeMethods } from '../../../src/compress/quantize/ranges.js'
import { gatherHistograms } from '../../../src/evaluate/histograms.js'
import { readOnnx } from '../../../src/formats/onnx/read.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { floats, floatTensor, toNumbers } from '../../../src/graph/tensor.js'
import type { Graph } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { graphOf, noise, quantized } from '../../fixtures/quantized.js'
import type { Builder } from '../../fixtures/random-graph/builder.js'
import { conv } from '../../fixtures/random-graph/layers.js'
import { maxDifference, normalSamples, runGraph } from '../../fixtures/run.js'

/** How far a quantised graph is from the original on samples it was calibrated on, as a share of the largest output. */
async function difference(graph: Graph, lowered: Graph, n = 8): Promise<number> {
  const { train, sampleShape } = noise(graph, n)
  const shape = [n, ...sampleShape]
  const original = await runGraph(graph, train.samples, shape)
  const found = await runGraph(readOnnx(writeOnnx(lowered)), train.samples, shape)
  return maxDifference(original, found) / original.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
}

const dense = (out: number, bias: (b: Builder) => string[]) =>
  graphOf(b => {
    const x = b.input([6])
    b.output(b.node('Gemm', [x.name, b.weight([6, out], 6), ...bias(b)], [out]))
  })

describe('B03: a channel of next to nothing beside a large bias', () => {
  const graph = graphOf(b => {
    const first = conv(b, b.input([2, 6, 6]), 4, { bias: false })
    const weight = floatTensor(
      [4, 4, 3, 3],
      normalSamples(randomStream(1, 0, 'B03'), 144).map((w, i) => (i < 36 ? w * 1e-12 : i < 72 ? 0 : w / 6)),
    )
    const bias = b.constant(floatTensor([4], [500, -300, 0.1, 0.2]))
    const second = b.node('Conv', [first.name, b.constant(weight), bias], [4, 4, 4])
    b.output(b.node('Relu', [second.name], [4, 4, 4]))
  })

  it.each(['channel', 'tensor'] as const)('by %s leaves its bias whole', async per => {
    const { lowered } = await quantized(graph, { per })
    const bias = [...lowered.initializers.values()].find(({ dtype }) => dtype === 'int32')!
    expect(toNumbers(bias).every(b => Math.abs(b) <= 2 ** 28 + 1)).toBe(true)
    expect(await difference(graph, lowered)).toBeLessThan(1e-2)
  })
})

describe('B04: a depthwise layer', () => {
  it('has scales by channel even where one a tensor is asked for', async () => {
    const graph = graphOf(b => {
      const x = b.input([4, 6, 6])
      const weight = normalSamples(randomStream(1, 0, 'B04'), 36).map((w, i) => w * 10 ** -Math.floor(i / 9))
      b.output(
        b.node('Conv', [x.name, b.constant(floatTensor([4, 1, 3, 3], weight))], [4, 4, 4], { group: 4 }),
      )
    })
    const { lowered } = await quantized(graph, { per: 'tensor' })
    const { train, sampleShape } = noise(graph, 8)
    const [original, found] = await Promise.all(
      [graph, lowered].map(g => runGraph(g, train.samples, [8, ...sampleShape])),
    )
    // The last channel is a thousand times smaller than the first.
    const last = (all: Float32Array) => all.filter((_, i) => Math.floor(i / 16) % 4 === 3)
    expect(maxDifference(last(original!), last(found!))).toBeLessThan(
      0.05 * Math.max(...last(original!).map(Math.abs)),
    )
  })
})

describe('B07: every value that may be quantised', () => {
  it.each(rangeMethods)('is observed, and has a range by %s', async ranges => {
    const graph = graphOf(b => {
      const first = conv(b, b.input([2, 6, 6]), 3, { bias: true })
      const sum = b.node('Add', [first.name, conv(b, b.input([2, 6, 6]), 3).name], [3, 4, 4])
      b.output(conv(b, sum, 2))
      b.output(first)
    }, 3)
    const one = { ...graph, inputs: graph.inputs.slice(0, 1), nodes: graph.nodes.map(readFirst) }
    const histograms = await gatherHistograms(one, noise(one, 8))
    expect([...histograms.keys()]).toEqual(quantizableValues(one))
    expect([...histograms.values()].every(({ total }) => total > emptyHistogram().total)).toBe(true)
    const { lowered } = await quantized(one, { ranges })
    expect(Number.isFinite(await difference(one, lowered))).toBe(true)
  })
})

/** A node that reads the first input in place of the second. */
function readFirst(node: Graph['nodes'][number]): Graph['nodes'][number] {
  return { ...node, inputs: node.inputs.map(name => (name === 'x1' ? 'x0' : name)) }
}

describe('B08: bits of weights and of activations', () => {
  it.each(['channel', 'tensor'] as const)('are honoured each alone, by %s', async per => {
    const graph = dense(3, b => [b.weight([3])])
    const plan = new Map([[graph.nodes[0]!.id, { weight: 8, activation: 4 }]])
    const { lowered } = await quantized(graph, { per, plan })
    const types = new Set([...lowered.initializers.values()].map(({ dtype }) => dtype))
    expect([...types].sort()).toEqual(['float32', 'int32', 'int8', 'uint8'])
    const weight = [...lowered.initializers.values()].find(t => t.dtype === 'int8' && t.data.length === 18)!
    expect(Math.max(...toNumbers(weight).map(Math.abs))).toBe(127)
  })
})

describe('B10: scales by channel', () => {
  it.each<[string, (b: Builder) => void, number | null]>([
    [
      'of a grouped transposed convolution',
      b => {
        const y = b.node('ConvTranspose', [b.input([4, 5, 5]).name, b.weight([4, 3, 2, 2], 8)], [6, 6, 6], {
          group: 2,
        })
        b.output(y)
      },
      3,
    ],
    [
      'of a Gemm with transB',
      b => b.output(b.node('Gemm', [b.input([6]).name, b.weight([9, 6], 6)], [9], { transB: 1 })),
      9,
    ],
    ['of a Gemm', b => b.output(b.node('Gemm', [b.input([6]).name, b.weight([6, 9], 6)], [9])), 9],
    [
      'B15: of a stack of matrices, which has one for all,',
      b => b.output(b.node('MatMul', [b.input([2, 3, 4]).name, b.weight([2, 4, 5], 4)], [2, 3, 5])),
      null,
    ],
  ])('%s lie on its own axis, and the file runs', async (_, make, channels) => {
    const graph = graphOf(make)
    const { lowered } = await quantized(graph)
    const scales = [...lowered.initializers.values()].filter(
      t => t.dtype === 'float32' && t.shape.length === 1,
    )
    expect(scales.map(({ shape }) => shape)).toEqual(channels === null ? [] : [[channels]])
    expect(await difference(graph, lowered)).toBeLessThan(0.03)
  })
})

describe('B11: a weight that two nodes read', () => {
  it('is stored once', async () => {
    const graph = graphOf(b => {
      const w = b.weight([6, 6], 6)
      const first = b.node('MatMul', [b.input([6]).name, w], [6])
      b.output(b.node('MatMul', [b.node('Relu', [first.name], [6]).name, w], [6]))
    })
    const { lowered } = await quantized(graph)
    const large = [...lowered.initializers.values()].filter(({ data }) => data.length === 36)
    expect(large.map(({ dtype }) => dtype)).toEqual(['int8'])
    expect(await difference(graph, lowered)).toBeLessThan(0.05)
  })
})

describe('B13: between quantised layers', () => {
  it.each(['Relu', 'HardSwish', 'HardSigmoid', 'Sigmoid', 'LeakyRelu', 'Tanh', 'Elu', 'PRelu', 'Clip'])(
    '%s is still itself',
    async op => {
      const graph = graphOf(b => {
        const first = conv(b, b.input([2, 6, 6]), 3, { bias: true })
        const extra = op === 'PRelu' ? [b.weight([3, 1, 1])] : op === 'Clip' ? [b.scalar(0), b.scalar(1)] : []
        b.output(conv(b, b.node(op, [first.name, ...extra], [3, 4, 4]), 2, { bias: true }))
      })
      const { lowered } = await quantized(graph)
      // A Clip within whose limits the grid ends is left to the grid.
      expect(lowered.nodes.some(node => node.op === op)).toBe(op !== 'Clip')
      expect(await difference(graph, lowered)).toBeLessThan(0.05)
    },
  )
})

describe('B14: a bias of one element', () => {
  it.each<[string, number, (b: Builder) => string[]]>([
    ['[1] of one output', 1, b => [b.weight([1])]],
    ['[] of one output', 1, b => [b.scalar(0.7)]],
    ['[1] of three', 3, b => [b.weight([1])]],
    ['[] of three', 3, b => [b.scalar(-0.7)]],
    ['[1, 3] of three', 3, b => [b.weight([1, 3])]],
    ['none', 1, () => []],
  ])('%s is taken', async (_, out, bias) => {
    const graph = dense(out, bias)
    const { lowered } = await quantized(graph)
    expect(await difference(graph, lowered)).toBeLessThan(0.03)
  })
})

describe('B16: a layer that stays float', () => {
  it('is named as in the input file, and keeps its weight', async () => {
    const graph = graphOf(b => {
      const first = conv(b, b.input([2, 6, 6]), 3, { bias: true })
      b.output(conv(b, first, 2, { bias: true }))
    })
    const [kept, other] = graph.nodes.filter(({ op }) => op === 'Conv')
    const { lowered } = await quantized(graph, { plan: new Map([[other!.id, { weight: 8, activation: 8 }]]) })
    const node = lowered.nodes.find(({ id }) => id === kept!.id)!
    expect(floats(lowered.initializers.get(node.inputs[1]!)!)).toEqual(
      floats(graph.initializers.get(kept!.inputs[1]!)!),
    )
  })
})
