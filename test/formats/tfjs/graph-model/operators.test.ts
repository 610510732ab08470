import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, it } from 'vitest'
import { readTfjs } from '../../../../src/formats/tfjs/read.js'
import { GraphError } from '../../../../src/graph/types.js'
import { randomStream } from '../../../../src/random.js'
import type { FloatValue } from '../../../../src/runtime/session.js'
import { normalSamples } from '../../../fixtures/run.js'
import { difference, runLastly } from '../compare.js'
import { runModel, savedModel } from '../export/loaded.js'
import { inFolder } from '../layers.js'
import { FLOAT, integers, type NodeDef, placeholder, saveGraph, text, type WeightDef } from './graph-def.js'

const random = randomStream(3, 0, 'graph models')
const floats = (name: string, ...shape: number[]): WeightDef => {
  const length = shape.reduce((product, size) => product * size, 1)
  return { name, shape, data: normalSamples(random, length) }
}
const ints = (name: string, ...values: number[]): WeightDef => ({
  name,
  shape: [values.length],
  data: Int32Array.from(values),
})
const int = (name: string, value: number): WeightDef => ({ name, shape: [], data: Int32Array.of(value) })

const T = { T: FLOAT }
const node = (name: string, op: string, input: string[], attr: NodeDef['attr'] = T): NodeDef => ({
  name,
  op,
  input,
  attr,
})
const conv = (name: string, input: string[], attr: NodeDef['attr'] = {}): NodeDef =>
  node(name, 'Conv2D', input, {
    ...T,
    strides: integers(1, 1, 1, 1),
    dilations: integers(1, 1, 1, 1),
    padding: text('VALID'),
    data_format: text('NHWC'),
    ...attr,
  })

interface Case {
  readonly shape: readonly number[]
  readonly nodes: readonly NodeDef[]
  readonly weights: readonly WeightDef[]
}

/** The last node is the output `y`; the input is `x`. */
const cases: Record<string, Case> = {
  'a dense layer on the cells of a map': {
    shape: [4, 5, 3],
    nodes: [
      node('rows', 'Reshape', ['x', 'flat']),
      node('product', 'MatMul', ['rows', 'w'], {
        ...T,
        transpose_a: { b: false },
        transpose_b: { b: false },
      }),
      node('map', 'Reshape', ['product', 'back']),
      node('y', 'BiasAdd', ['map', 'bias'], { ...T, data_format: text('NHWC') }),
    ],
    weights: [ints('flat', -1, 3), ints('back', -1, 4, 5, 6), floats('w', 3, 6), floats('bias', 6)],
  },
  'rows that end otherwise than in a dense layer': {
    shape: [4, 5, 3],
    nodes: [
      node('rows', 'Reshape', ['x', 'flat']),
      node('summed', 'AddV2', ['rows', 'bias']),
      node('y', 'Softmax', ['summed']),
    ],
    weights: [ints('flat', -1, 3), floats('bias', 3)],
  },
  'attention by Einsum': {
    shape: [5, 8],
    nodes: [
      ...['q', 'k', 'v'].map(name =>
        node(name, 'Einsum', ['x', `w${name}`], { ...T, N: { i: 2 }, equation: text('abc,cde->abde') }),
      ),
      node('scores', 'Einsum', ['k', 'q'], { ...T, N: { i: 2 }, equation: text('aecd,abcd->acbe') }),
      node('attention', 'Softmax', ['scores']),
      node('mixed', 'Einsum', ['attention', 'v'], { ...T, N: { i: 2 }, equation: text('acbe,aecd->abcd') }),
      node('y', 'Einsum', ['mixed', 'wo'], { ...T, N: { i: 2 }, equation: text('abcd,cde->abe') }),
    ],
    weights: [floats('wq', 8, 2, 3), floats('wk', 8, 2, 3), floats('wv', 8, 2, 3), floats('wo', 2, 3, 8)],
  },
  'an embedding that counts negative words from the end': {
    shape: [6],
    nodes: [
      node('words', 'Cast', ['x'], { SrcT: FLOAT, DstT: { type: 'DT_INT32' } }),
      node('negative', 'Less', ['words', 'zero']),
      node('turned', 'AddV2', ['words', 'count']),
      node('index', 'SelectV2', ['negative', 'turned', 'words']),
      node('y', 'GatherV2', ['table', 'index', 'axis'], { batch_dims: { i: 0 } }),
    ],
    weights: [int('zero', 0), int('count', 9), int('axis', 0), floats('table', 9, 4)],
  },
  'a convolution dilated over the batch': {
    shape: [9, 10, 3],
    nodes: [
      node('spread', 'SpaceToBatchND', ['x', 'block', 'pads']),
      conv('conv', ['spread', 'w']),
      node('y', 'BatchToSpaceND', ['conv', 'block', 'crops']),
    ],
    weights: [
      ints('block', 2, 3),
      { name: 'pads', shape: [2, 2], data: Int32Array.of(2, 3, 1, 4) },
      { name: 'crops', shape: [2, 2], data: Int32Array.of(0, 1, 0, 2) },
      floats('w', 3, 3, 3, 4),
    ],
  },
  'a fused bias of four axes': {
    shape: [4, 5, 3],
    nodes: [
      conv('conv', ['x', 'w', 'bias'], {
        fused_ops: { list: { s: [text('BiasAdd').s] } },
        num_args: { i: 1 },
      }),
      node('y', 'Relu', ['conv']),
    ].map(made => (made.name === 'conv' ? { ...made, op: '_FusedConv2D' } : made)),
    weights: [floats('w', 2, 2, 3, 4), floats('bias', 1, 1, 1, 4)],
  },
  'heads put into the batch and taken out of it': {
    shape: [4, 5, 3],
    nodes: [
      node('stack', 'Reshape', ['x', 'merged']),
      node('product', 'BatchMatMulV2', ['stack', 'stack'], { ...T, adj_x: { b: false }, adj_y: { b: true } }),
      node('y', 'Reshape', ['product', 'apart']),
    ],
    weights: [ints('merged', -1, 5, 3), ints('apart', -1, 4, 5, 5)],
  },
  'maps put into the batch': {
    shape: [4, 6, 3],
    nodes: [node('y', 'Reshape', ['x', 'merged'])],
    weights: [ints('merged', -1, 2, 6, 3)],
  },
  'a tiled map': {
    shape: [2, 3, 4],
    nodes: [node('y', 'Tile', ['x', 'times'])],
    weights: [ints('times', 1, 2, 1, 3)],
  },
}

const signature = {
  inputs: { x: { name: 'x:0', dtype: 'DT_FLOAT' } },
  outputs: { y: { name: 'y:0', dtype: 'DT_FLOAT' } },
}

describe('a graph model of operators as TensorFlow writes them', () => {
  it.each(Object.entries(cases))('computes what TF.js does: %s', async (_, { shape, nodes, weights }) => {
    const [found, expected] = await inFolder(async folder => {
      const file = saveGraph(folder, [placeholder('x', -1, ...shape), ...nodes], weights, json => ({
        ...json,
        signature,
      }))
      const length = shape.reduce((product, size) => product * size, 2)
      const noise = normalSamples(randomStream(4, 0, 'input'), length)
      // Words are small whole numbers of either sign.
      const data = shape.length === 1 ? noise.map(x => Math.trunc(x * 2)) : noise
      const x: FloatValue = { data, shape: [2, ...shape] }
      return Promise.all([runLastly(await readTfjs(file), [x]), runModel(savedModel(file), { x })])
    })
    expect(difference(found!, Object.values(expected))).toBeLessThanOrEqual(1e-5)
  })

  it('leaves no Reshape around a dense layer on the cells of a map', async () => {
    const { shape, nodes, weights } = cases['a dense layer on the cells of a map']!
    const graph = await inFolder(async folder =>
      readTfjs(saveGraph(folder, [placeholder('x', -1, ...shape), ...nodes], weights)),
    )
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Conv'])
  })

  it('leaves a convolution that is dilated over the batch one operator', async () => {
    const { shape, nodes, weights } = cases['a convolution dilated over the batch']!
    const graph = await inFolder(async folder =>
      readTfjs(saveGraph(folder, [placeholder('x', -1, ...shape), ...nodes], weights)),
    )
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Conv'])
  })

  it('computes a fused hard swish as x * relu6(x + 3) / 6', async () => {
    const fused = {
      fused_ops: { list: { s: [text('BiasAdd').s, text('_FusedHardSwish').s] } },
      num_args: { i: 1 },
    }
    const weights = [
      { name: 'w', shape: [1, 1, 1, 1], data: Float32Array.of(1) },
      { name: 'bias', shape: [1], data: Float32Array.of(0) },
    ]
    const nodes = [
      placeholder('x', -1, 1, 5, 1),
      { ...conv('y', ['x', 'w', 'bias'], fused), op: '_FusedConv2D' },
    ]
    const graph = await inFolder(async folder => readTfjs(saveGraph(folder, nodes, weights)))
    const [found] = await runLastly(graph, [{ data: Float32Array.of(-4, -1, 0, 2, 5), shape: [1, 1, 5, 1] }])
    const expected = [-4, -1, 0, 2, 5].map(x => (x * Math.min(6, Math.max(0, x + 3))) / 6)
    expected.forEach((value, i) => {
      expect(found!.data[i]).toBeCloseTo(value, 5)
    })
  })

  it('refuses a size that the merged batch leaves open', async () => {
    const nodes = [
      placeholder('x', -1, 4, 5, 3),
      node('stack', 'Reshape', ['x', 'merged']),
      node('shape', 'Shape', ['x']),
      node('batch', 'GatherV2', ['shape', 'first', 'axis']),
      node('target', 'ConcatV2', ['batch', 'rest', 'axis']),
      node('y', 'Reshape', ['stack', 'target']),
    ]
    const weights = [ints('merged', -1, 5, 3), ints('first', 0), ints('rest', -1, 3), int('axis', 0)]
    const reading = inFolder(async folder => readTfjs(saveGraph(folder, nodes, weights)))
    await expect(reading).rejects.toThrow('node y (Reshape): the size -1 of [,-1,3] is not known')
  })

  it('says that a loop is not supported', async () => {
    const nodes = [placeholder('x', -1, 3), node('enter', 'Enter', ['x']), node('y', 'Relu', ['enter'])]
    const reading = inFolder(async folder => readTfjs(saveGraph(folder, nodes)))
    await expect(reading).rejects.toThrow(
      new GraphError(
        'node enter (Enter): loops and branches are not supported, such as those of recurrent layers',
      ),
    )
  })
})
