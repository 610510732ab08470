import { beforeAll, describe, expect, it } from 'vitest'
import { elementCount } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { createExecutor } from '../../src/tensor/executor.js'
import { mul, type Scalar, sum, tensor, tidy, variableGrads } from '../../src/tensor/tf.js'
import { initTested } from '../fixtures/backend.js'
import { maxDifference, normalSamples, runGraph } from '../fixtures/run.js'
import { constant, graphOf, integers, type Step, scalar } from './graph-of.js'

beforeAll(async () => {
  await initTested()
})

const random = randomStream(21, 0, 'operators')
const c = (...shape: number[]) => constant(random, ...shape)
const conv = (weight: number[], attributes: Step['attributes'] = {}): Step => ({
  op: 'Conv',
  constants: [c(...weight), c(weight[0]!)],
  attributes,
})

/** All spatial sizes and channel counts are 4, so that an axis taken for another changes numbers, not shapes. */
const square = [4, 4, 4]

const cases: Record<string, readonly [readonly number[], readonly Step[], opset?: number]> = {
  'Conv with uneven pads and strides': [
    [3, 7, 6],
    [conv([5, 3, 3, 2], { pads: [1, 0, 2, 1], strides: [2, 1] })],
  ],
  'Conv SAME_UPPER': [[3, 7, 6], [conv([5, 3, 3, 2], { auto_pad: 'SAME_UPPER', strides: [2, 2] })]],
  'Conv SAME_LOWER': [[3, 7, 6], [conv([5, 3, 3, 2], { auto_pad: 'SAME_LOWER', strides: [2, 2] })]],
  'Conv dilated': [[3, 7, 6], [conv([5, 3, 3, 2], { pads: [2, 1, 2, 1], dilations: [2, 2] })]],
  'Conv strided and dilated': [
    [3, 9, 9],
    [conv([5, 3, 3, 3], { pads: [2, 2, 2, 2], dilations: [2, 2], strides: [2, 2] })],
  ],
  'Conv in groups': [[6, 5, 5], [conv([4, 3, 3, 3], { group: 2, pads: [1, 1, 1, 1] })]],
  'Conv depthwise': [[4, 5, 5], [conv([4, 1, 3, 3], { group: 4, strides: [2, 2] })]],
  'Conv depthwise with two filters a channel': [[3, 5, 5], [conv([6, 1, 3, 3], { group: 3 })]],
  'Gemm transposed and scaled': [
    [5],
    [{ op: 'Gemm', constants: [c(3, 5), c(3)], attributes: { transB: 1, alpha: 0.5, beta: 2 } }],
  ],
  'Gemm with a matrix of biases': [[5], [{ op: 'Gemm', constants: [c(5, 3), c(2, 3)] }]],
  'Gemm without bias': [[5], [{ op: 'Gemm', constants: [c(5, 3)] }]],
  'MatMul and its bias': [
    [5],
    [
      { op: 'MatMul', constants: [c(5, 3)] },
      { op: 'Add', constants: [c(3)] },
    ],
  ],
  'MatMul of sequences': [[4, 5], [{ op: 'MatMul', constants: [c(5, 3)] }]],
  'Add by the last axis': [square, [{ op: 'Add', constants: [c(4)] }]],
  'Add by channel': [square, [{ op: 'Add', constants: [c(4, 1, 1)] }]],
  'Mul by channel, 4-D': [square, [{ op: 'Mul', constants: [c(1, 4, 1, 1)] }]],
  'Sub by place': [square, [{ op: 'Sub', constants: [c(4, 4)] }]],
  'Sub from a constant': [square, [{ op: 'Sub', constants: [c(1, 4, 4, 4)], before: true }]],
  'Div by a number': [square, [{ op: 'Div', constants: [scalar(3)] }]],
  'Relu, Sigmoid, Tanh': [square, [{ op: 'Sigmoid' }, { op: 'Tanh' }, { op: 'Relu' }]],
  'Clip by inputs': [square, [{ op: 'Clip', constants: [scalar(-0.5), scalar(1)] }]],
  'Clip from below': [square, [{ op: 'Clip', constants: [scalar(0.2)] }]],
  'Clip by attributes': [square, [{ op: 'Clip', attributes: { min: 0, max: 0.7 } }], 10],
  LeakyRelu: [square, [{ op: 'LeakyRelu', attributes: { alpha: 0.2 } }]],
  'HardSigmoid, HardSwish': [
    square,
    [{ op: 'HardSwish' }, { op: 'HardSigmoid', attributes: { alpha: 0.3 } }],
  ],
  'PRelu by channel': [square, [{ op: 'PRelu', constants: [c(4, 1, 1)] }]],
  'PRelu by one number': [square, [{ op: 'PRelu', constants: [c(1)] }]],
  'MaxPool padded': [
    [3, 7, 6],
    [{ op: 'MaxPool', attributes: { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 1] } }],
  ],
  'MaxPool of single cells': [
    [3, 7, 6],
    [{ op: 'MaxPool', attributes: { kernel_shape: [1, 1], strides: [2, 2] } }],
  ],
  'MaxPool in ceil mode': [
    [3, 7, 6],
    [{ op: 'MaxPool', attributes: { kernel_shape: [2, 3], strides: [2, 2], ceil_mode: 1 } }],
  ],
  'AveragePool without its padding': [
    [3, 7, 6],
    [{ op: 'AveragePool', attributes: { kernel_shape: [3, 3], strides: [2, 1], pads: [1, 1, 1, 1] } }],
  ],
  'AveragePool with its padding': [
    [3, 7, 6],
    [
      {
        op: 'AveragePool',
        attributes: { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1], count_include_pad: 1 },
      },
    ],
  ],
  'GlobalAveragePool, Flatten': [square, [{ op: 'GlobalAveragePool' }, { op: 'Flatten' }]],
  'ReduceMean kept': [square, [{ op: 'ReduceMean', attributes: { axes: [2, 3] } }]],
  'ReduceMean dropped': [square, [{ op: 'ReduceMean', attributes: { axes: [-1, -2], keepdims: 0 } }]],
  'ReduceMean of rows': [square, [{ op: 'ReduceMean', attributes: { axes: [2], keepdims: 0 } }]],
  'ReduceMean by an input': [square, [{ op: 'ReduceMean', constants: [integers(2, 3)] }], 18],
  'Flatten in ONNX order': [[2, 3, 4], [{ op: 'Flatten' }]],
  'Flatten the batch in': [[2, 3, 4], [{ op: 'Flatten', attributes: { axis: 2 } }]],
  'Reshape to rows': [[2, 3, 4], [{ op: 'Reshape', constants: [integers(0, -1)] }]],
  'Reshape to images and back': [
    [24],
    [
      { op: 'Reshape', constants: [integers(-1, 2, 3, 4)] },
      { op: 'Mul', constants: [c(2, 1, 1)] },
      { op: 'Reshape', constants: [integers(0, 6, 4)] },
    ],
  ],
  'Concat of channels': [square, [{ op: 'Concat', constants: [c(2, 3, 4, 4)], attributes: { axis: 1 } }]],
  'Concat of rows': [square, [{ op: 'Concat', constants: [c(2, 4, 3, 4)], attributes: { axis: -2 } }]],
  BatchNormalization: [
    square,
    [
      {
        op: 'BatchNormalization',
        constants: [c(4), c(4), c(4), { ...c(4), data: Float32Array.of(1, 2, 3, 4) }],
      },
    ],
  ],
  'BatchNormalization of rows, then Relu': [
    [4],
    [
      {
        op: 'BatchNormalization',
        constants: [c(4), c(4), c(4), { ...c(4), data: Float32Array.of(1, 2, 3, 4) }],
      },
      { op: 'Relu' },
    ],
  ],
  'BatchNormalization, then Clip': [
    square,
    [
      {
        op: 'BatchNormalization',
        constants: [c(4), c(4), c(4), { ...c(4), data: Float32Array.of(1, 2, 3, 4) }],
      },
      { op: 'Clip', constants: [scalar(0), scalar(6)] },
    ],
  ],
  'Softmax, Identity, Dropout': [[6], [{ op: 'Identity' }, { op: 'Dropout' }, { op: 'Softmax' }]],
  'Softmax of channels': [square, [{ op: 'Softmax', attributes: { axis: 1 } }]],
}

describe.each(Object.entries(cases))('%s', (_, [sampleShape, steps, opset]) => {
  const graph = graphOf(sampleShape, steps, opset)
  const shape = [2, ...sampleShape]
  const x = normalSamples(random, elementCount(shape))

  it('computes what ONNX Runtime computes, and gives its constants back', async () => {
    const executor = createExecutor(graph)
    const found = tidy(() => executor.run(tensor(x, shape)).dataSync<'float32'>().slice())
    expect(executor.parameters.toGraph().initializers).toEqual(graph.initializers)
    executor.parameters.dispose()
    expect(maxDifference(found, await runGraph(graph, x, shape))).toBeLessThan(1e-5)
  })

  it('has the gradients of finite differences in what it trains', () => {
    const executor = createExecutor(graph)
    const loss = () => {
      const y = executor.run(tensor(x, shape))
      const weights = Float32Array.from({ length: y.size }, (_, i) => Math.sin(i + 1))
      return sum(mul(y, tensor(weights, y.shape)))
    }
    for (const [, v] of executor.parameters.trainable()) {
      const gradient = tidy(() =>
        variableGrads(loss as () => Scalar, [v])
          .grads[v.name]!.dataSync<'float32'>()
          .slice(),
      )
      const start = v.dataSync<'float32'>().slice()
      const at = (i: number, by: number) =>
        tidy(() => {
          v.assign(tensor(start.with(i, start[i]! + by), v.shape))
          return loss().dataSync()[0]!
        })
      const scale = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 1)
      start.forEach((_, i) => {
        const numeric = (at(i, 1e-2) - at(i, -1e-2)) / 2e-2
        expect(Math.abs(numeric - gradient[i]!) / scale).toBeLessThan(5e-3)
      })
      tidy(() => v.assign(tensor(start, v.shape)))
    }
    executor.parameters.dispose()
  })
})

describe('what cannot be trained is named', () => {
  const refused: Record<string, readonly [Graph, RegExp]> = {
    'an unknown operator': [graphOf([3], [{ op: 'Erf' }]), /^node node0: operator Erf cannot be trained$/],
    'a batch size in a Reshape': [
      graphOf([4], [{ op: 'Reshape', constants: [integers(1, 4)] }]),
      /node0 \(Reshape\).*batch size/,
    ],
    'a dilated pool': [
      graphOf([3, 7, 7], [{ op: 'MaxPool', attributes: { kernel_shape: [2, 2], dilations: [2, 2] } }]),
      /node0 \(MaxPool\): dilated/,
    ],
  }

  it.each(Object.entries(refused))('%s', (_, [graph, message]) => {
    const run = () => {
      const executor = createExecutor(graph)
      const shape = [2, ...graph.inputs[0]!.shape.slice(1).map(Number)]
      tidy(() => executor.run(tensor(new Float32Array(elementCount(shape)), shape)))
    }
    expect(run).toThrow(message)
  })

  it('a constant that two nodes read in different layouts', () => {
    const graph = graphOf(
      [4],
      [
        { op: 'Gemm', constants: [c(4, 4)], attributes: { transB: 1 } },
        { op: 'MatMul', constants: [c(4, 4)] },
      ],
    )
    const nodes = graph.nodes.map(node => ({ ...node, inputs: [node.inputs[0]!, 'c0.0'] }))
    expect(() => createExecutor({ ...graph, nodes })).toThrow(/c0\.0.*node0.*node1.*different layouts/)
  })
})
