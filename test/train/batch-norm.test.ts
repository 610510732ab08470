import { describe, expect, it } from 'vitest'
import { floatTensor } from '../../src/graph/tensor.js'
import type { Graph, Tensor } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { adoptStatistics, foldBatchNorm } from '../../src/train/batch-norm.js'
import { maxDifference, normalSamples, runGraph } from '../fixtures/run.js'

const random = randomStream(6, 0, 'batch norm')
const positive = (length: number) => normalSamples(random, length).map(value => 0.5 + value * value)

/** One convolution with batch norm behind it. */
function normalized({
  bias,
  depthwise,
  scale,
}: {
  readonly bias: boolean
  readonly depthwise: boolean
  readonly scale: boolean
}): Graph {
  const channels = 4
  const weight = floatTensor(
    [channels, depthwise ? 1 : channels, 3, 3],
    normalSamples(random, channels * (depthwise ? 1 : channels) * 9),
  )
  const vector = (data: Float32Array): Tensor => floatTensor([channels], data)
  const initializers = new Map<string, Tensor>([
    ['w', weight],
    ['scale', vector(scale ? normalSamples(random, channels) : new Float32Array(channels).fill(1))],
    ['shift', vector(scale ? normalSamples(random, channels) : new Float32Array(channels))],
    ['mean', vector(normalSamples(random, channels))],
    ['variance', vector(positive(channels))],
  ])
  if (bias) initializers.set('b', vector(normalSamples(random, channels)))
  return {
    name: 'normalized',
    irVersion: 7,
    opset: 13,
    otherOpsets: {},
    metadata: {},
    initializers,
    nodes: [
      {
        id: 'conv',
        op: 'Conv',
        domain: '',
        inputs: bias ? ['x', 'w', 'b'] : ['x', 'w'],
        outputs: ['y'],
        attributes: { group: { kind: 'int', value: depthwise ? channels : 1 } },
      },
      {
        id: 'norm',
        op: 'BatchNormalization',
        domain: '',
        inputs: ['y', 'scale', 'shift', 'mean', 'variance'],
        outputs: ['z'],
        attributes: {},
      },
    ],
    inputs: [{ name: 'x', dtype: 'float32', shape: ['n', channels, 6, 6] }],
    outputs: [{ name: 'z', dtype: 'float32', shape: ['n', channels, 4, 4] }],
  }
}

const cases = [true, false].flatMap(bias =>
  [true, false].flatMap(depthwise => [true, false].map(scale => ({ bias, depthwise, scale }))),
)

describe.each(cases)('A11: bias $bias, depthwise $depthwise, scale and shift $scale', variant => {
  const graph = normalized(variant)
  const x = normalSamples(random, 2 * 4 * 36)

  it('folds to the same function', async () => {
    const folded = foldBatchNorm(graph)
    expect(folded.nodes.map(node => node.op)).toEqual(['Conv'])
    expect(
      maxDifference(await runGraph(folded, x, [2, 4, 6, 6]), await runGraph(graph, x, [2, 4, 6, 6])),
    ).toBeLessThan(1e-4)
  })

  it('keeps its function with other statistics', async () => {
    const measured = new Map([['norm', { mean: normalSamples(random, 4), variance: positive(4) }]])
    const adopted = adoptStatistics(graph, measured)
    expect(
      maxDifference(await runGraph(adopted, x, [2, 4, 6, 6]), await runGraph(graph, x, [2, 4, 6, 6])),
    ).toBeLessThan(1e-4)
  })
})

it('A11: does not fold what another node reads too', () => {
  const graph = normalized({ bias: true, depthwise: false, scale: true })
  const reader = { id: 'reader', op: 'Relu', domain: '', inputs: ['y'], outputs: ['r'], attributes: {} }
  const read: Graph = {
    ...graph,
    nodes: [...graph.nodes, reader],
    outputs: [...graph.outputs, { name: 'r', dtype: 'float32', shape: ['n', 4, 4, 4] }],
  }
  expect(foldBatchNorm(read).nodes).toHaveLength(3)
})

it.each([
  ['a transposed convolution', 'ConvTranspose', 6],
  ['a dense layer', 'Gemm', 0],
] as const)('A11: leaves batch norm behind %s, and its function', async (_, op, cells) => {
  const graph = normalized({ bias: true, depthwise: false, scale: true })
  const kernel = graph.initializers.get('w')!
  const square = floatTensor([4, 4], normalSamples(random, 16))
  const sizes = cells === 0 ? [] : [cells, cells]
  const behind: Graph = {
    ...graph,
    initializers: new Map(graph.initializers).set('w', cells === 0 ? square : kernel),
    nodes: graph.nodes.map(node => (node.id === 'conv' ? { ...node, op, attributes: {} } : node)),
    inputs: graph.inputs.map(input => ({ ...input, shape: ['n', 4, ...sizes] })),
    outputs: graph.outputs.map(output => ({ ...output, shape: ['n', 4, ...sizes.map(size => size + 2)] })),
  }
  const x = normalSamples(random, 2 * 4 * 36).subarray(0, 2 * 4 * Math.max(1, cells * cells))
  const [found, expected] = await Promise.all(
    [foldBatchNorm(behind), behind].map(made => runGraph(made, x, [2, 4, ...sizes])),
  )
  expect(maxDifference(found!, expected!)).toBeLessThan(1e-4)
})
