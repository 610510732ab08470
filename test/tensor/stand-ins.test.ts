import { beforeAll, describe, expect, it } from 'vitest'
import { lowerCompressed } from '../../src/compress/quantize/lower.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { fakeQuantizeOf, integerRange, quantizedIntegers } from '../../src/graph/fake-quantize.js'
import { lookupNode } from '../../src/graph/lookup.js'
import { roundHalfEven } from '../../src/graph/round-half-even.js'
import { floats, floatTensor, toNumbers } from '../../src/graph/tensor.js'
import { type Graph, GraphError, type Node, type Tensor } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { createExecutor } from '../../src/tensor/executor.js'
import { tensor, tidy } from '../../src/tensor/tf.js'
import { trainedNames } from '../../src/tensor/trained-names.js'
import { initTested } from '../fixtures/backend.js'
import { quantize, quantizedNet } from '../fixtures/quantized-net.js'
import { normalSamples } from '../fixtures/run.js'
import { smallNet } from '../fixtures/small-net.js'
import { outputsOf, relativeDifference } from '../fixtures/twin.js'
import { constant, graphOf, type Step } from './graph-of.js'

beforeAll(async () => {
  await initTested()
})

const random = randomStream(31, 0, 'stand-ins')

function run(graph: Graph, x: Float32Array, shape: number[]) {
  const executor = createExecutor(graph)
  const found = tidy(() => {
    const y = executor.run(tensor(x, shape))
    return { [graph.outputs[0]!.name]: { shape: y.shape, data: y.dataSync<'float32'>().slice() } }
  })
  expect(executor.parameters.toGraph().initializers).toEqual(graph.initializers)
  executor.parameters.dispose()
  return found
}

/**
 * The graph with quantised and looked-up weights spelled out, and quantised values by ONNX's arithmetic: between its own
 * quantisers, ONNX Runtime rounds weights once more.
 */
function spelledOut(graph: Graph): Graph {
  const initializers = new Map(graph.initializers)
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const quantizer = fakeQuantizeOf(node)
    if (node.op === 'Lookup') {
      const [indices, codebook] = node.inputs.map(name => graph.initializers.get(name)!)
      const data = Float32Array.from(toNumbers(indices!), index => floats(codebook!)[index]!)
      initializers.set(node.outputs[0]!, floatTensor(indices!.shape, data))
      return []
    }
    if (quantizer === undefined) return [node]
    const { input, output, scale, axis, zeroPoint } = quantizer
    const weight = graph.initializers.get(input)
    if (weight !== undefined) {
      const scales = floats(graph.initializers.get(scale)!)
      const inner = weight.shape.slice((axis ?? 0) + 1).reduce((a, b) => a * b, 1)
      const at = (i: number) => (axis === null ? 0 : Math.floor(i / inner) % weight.shape[axis]!)
      const data = Float32Array.from(quantizedIntegers(graph, quantizer), (q, i) => q * scales[at(i)]!)
      initializers.set(output, floatTensor(weight.shape, data))
      return []
    }
    const zero = Number(graph.initializers.get(zeroPoint)!.data[0])
    const { low, high } = integerRange(quantizer)
    initializers.set(scale, floatTensor([], [floats(graph.initializers.get(scale)!)[0]!]))
    initializers.set(`${input}/low`, floatTensor([], [low - zero]))
    initializers.set(`${input}/high`, floatTensor([], [high - zero]))
    const step = (op: string, ...inputs: string[]): Node => ({
      ...{ id: `${input}/${op}`, op, domain: '', inputs },
      ...{ outputs: [op === 'Mul' ? output : `${input}/${op}`], attributes: {} },
    })
    return [
      step('Div', input, scale),
      step('Round', `${input}/Div`),
      step('Clip', `${input}/Round`, `${input}/low`, `${input}/high`),
      step('Mul', `${input}/Clip`, scale),
    ]
  })
  return { ...graph, nodes, initializers }
}

/** Layers that read a weight in layouts of their own, and the axis of its channels. */
const layers: readonly (readonly [
  string,
  readonly number[],
  readonly number[],
  Step['attributes'],
  number,
])[] = [
  ['Conv', [4, 5, 6], [3, 4, 3, 2], {}, 0],
  ['Conv', [4, 5, 6], [4, 1, 3, 3], { group: 4 }, 0],
  ['Conv', [4, 5, 6], [4, 4, 3, 3], {}, 1],
  ['ConvTranspose', [4, 5, 6], [4, 3, 2, 2], {}, 1],
  ['Gemm', [6], [5, 6], { transB: 1 }, 0],
  ['Gemm', [6], [6, 5], {}, 1],
  ['MatMul', [3, 6], [6, 5], {}, 1],
]

describe.each(layers)('%s of %j by %j, %j', (op, sample, shape, attributes, axis) => {
  const plain = graphOf(sample, [
    { op, constants: [constant(random, ...shape)], attributes: attributes ?? {} },
  ])
  const x = normalSamples(
    random,
    sample.reduce((a, b) => a * b, 2),
  )
  const asRuntime = async (graph: Graph) => {
    const expected = await outputsOf(writeOnnx(spelledOut(graph)), { x: { data: x, shape: [2, ...sample] } })
    expect(relativeDifference(run(graph, x, [2, ...sample]), expected)).toBeLessThan(1e-5)
  }

  it('reads quantised weights as ONNX Runtime does the rounded ones, a scale a channel or one', async () => {
    const scale = Array.from({ length: shape[axis]! }, (_, c) => 0.1 + c / 7)
    await asRuntime(quantize(plain, [{ name: 'c0.0', bits: 4, signed: true, scale, axis }]))
    await asRuntime(quantize(plain, [{ name: 'c0.0', bits: 2, signed: true, scale: 0.7 }]))
    await asRuntime(quantize(plain, [{ name: 'c0.0', bits: 1, signed: true, scale, axis }]))
  })

  it('reads weights that are looked up', async () => {
    await asRuntime(lookedUp(plain, 'c0.0', 5))
  })
})

/** The graph with a weight by random indices of random entries. */
function lookedUp(graph: Graph, name: string, entries: number): Graph {
  const { shape, data } = graph.initializers.get(name)!
  const initializers = new Map<string, Tensor>(graph.initializers)
  initializers.delete(name)
  initializers.set('indices', {
    dtype: 'uint8',
    shape,
    data: Uint8Array.from({ length: data.length }, () => random.below(entries)),
  })
  initializers.set('codebook', constant(random, entries))
  const node = lookupNode('lookup', { indices: 'indices', codebook: 'codebook', output: name })
  return { ...graph, nodes: [node, ...graph.nodes], initializers }
}

it('computes a network with quantised weights and values as ONNX Runtime does, in either layout', async () => {
  const x = normalSamples(random, 5 * 36)
  const graph = quantizedNet(smallNet(3), 4)
  const expected = await outputsOf(writeOnnx(spelledOut(graph)), { x: { data: x, shape: [5, 1, 6, 6] } })
  expect(relativeDifference(run(graph, x, [5, 1, 6, 6]), expected)).toBeLessThan(1e-5)
})

it('computes what the lowered model does in ONNX Runtime, but for the rounding of its biases', async () => {
  const x = normalSamples(random, 5 * 36)
  for (const [graph, off] of [
    [quantizedNet(smallNet(3), 6), 0.02],
    [lookedUp(smallNet(3), 'w2', 9), 1e-5],
  ] as const) {
    const input = { x: { data: x, shape: [5, 1, 6, 6] } }
    const expected = await outputsOf(writeOnnx(lowerCompressed(graph)), input)
    expect(relativeDifference(run(graph, x, [5, 1, 6, 6]), expected)).toBeLessThan(off)
  }
})

it('rounds values half to even within their limits, whatever the zero point', () => {
  const plain = graphOf([14], [{ op: 'Identity' }])
  const x = Float32Array.from([-9, -2.5, -1.5, -0.5, 0, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 7.49, 8.5, 900])
  for (const [bits, signed, zero] of [
    [4, true, undefined],
    [3, false, 0],
    [3, false, 2],
    [2, true, undefined],
  ] as const) {
    const graph = quantize(plain, [
      { name: 'x', bits, signed, scale: 0.5, ...(zero === undefined ? {} : { zero }) },
    ])
    const found = run(
      graph,
      x.map(v => v / 2),
      [1, 14],
    ).y0!.data
    const [low, high] = signed ? [1 - 2 ** (bits - 1), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1]
    const clamp = (v: number) => Math.min(high, Math.max(low, v))
    const expected = Array.from(x, v => (clamp(roundHalfEven(v) + (zero ?? 0)) - (zero ?? 0)) / 2 + 0)
    expect([...found].map(v => v + 0)).toEqual(expected)
  }
})

it('makes nothing of a channel whose scale is 0', () => {
  const plain = graphOf(
    [2],
    [{ op: 'Gemm', constants: [floatTensor([2, 2], [0, 0, 1, 2])], attributes: { transB: 1 } }],
  )
  const graph = quantize(plain, [{ name: 'c0.0', bits: 8, signed: true, scale: [0, 0.5], axis: 0 }])
  expect([...run(graph, Float32Array.of(3, 4), [1, 2]).y0!.data]).toEqual([0, 11])
})

it('trains the weight beneath a quantiser, its scale and a codebook, and no indices', () => {
  const names = trainedNames(quantizedNet(smallNet(1), 4))
  const parts = ['w1', 'b1', 'w2', 'b2', 'w3', 'b3', 'x', 'relu1_out', 'relu2_out']
  const scales = parts.filter(name => !name.startsWith('b')).map(name => `${name}/scale`)
  expect([...names].toSorted()).toEqual([...scales, ...parts.filter(name => /^[wb]/.test(name))].toSorted())
  const shared = trainedNames(lookedUp(smallNet(1), 'w2', 3))
  expect([...shared].toSorted()).toEqual(['b1', 'b2', 'b3', 'codebook', 'w1', 'w3'])
})

it('names the node of damaged constants', () => {
  const quantized = quantizedNet(smallNet(1), 4)
  const shared = lookedUp(smallNet(1), 'w2', 3)
  const damaged: readonly (readonly [Graph, string, Tensor | undefined])[] = [
    [quantized, 'w1/scale', undefined],
    [quantized, 'w1/scale', floatTensor([3], [1, 1, 1])],
    [quantized, 'w1/scale', floatTensor([5], [1, 1, -1, 1, 1])],
    [quantized, 'w1/scale', floatTensor([5], [1, 1, Number.NaN, 1, 1])],
    [quantized, 'relu1_out/scale', floatTensor([2], [1, 1])],
    [quantized, 'relu1_out/zero', { dtype: 'int32', shape: [], data: Int32Array.of(16) }],
    [shared, 'codebook', floatTensor([2], [1, 1])],
    [shared, 'codebook', floatTensor([257], new Float32Array(257))],
    [shared, 'indices', floatTensor([3, 5, 2, 2], new Float32Array(60))],
  ]
  for (const [graph, name, value] of damaged) {
    const initializers = new Map(graph.initializers)
    if (value === undefined) initializers.delete(name)
    else initializers.set(name, value)
    expect(() => run({ ...graph, initializers }, new Float32Array(36), [1, 1, 6, 6]), name).toThrow(
      GraphError,
    )
  }
})
