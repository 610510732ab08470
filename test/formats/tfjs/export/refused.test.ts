import { describe, expect, it } from 'vitest'
import { writeTfjs } from '../../../../src/formats/tfjs/write.js'
import { understood } from '../../../../src/graph/ops/registry.js'
import { floatTensor } from '../../../../src/graph/tensor.js'
import { type Graph, GraphError } from '../../../../src/graph/types.js'
import { randomStream } from '../../../../src/random.js'
import { constant, graphOf, integers, type Step } from '../../../tensor/graph-of.js'

const random = randomStream(41, 0, 'refused')

const refused: readonly (readonly [string, Graph, RegExp])[] = [
  [
    'a pool that leaves cells out',
    graphOf([2, 8, 8], [{ op: 'MaxPool', attributes: { kernel_shape: [2, 2], dilations: [2, 2] } }]),
    /^node node0 \(MaxPool\): TF\.js has no dilated pooling$/,
  ],
  [
    'an operator that nobody knows',
    graphOf([4], [{ op: 'Relu' }, { op: 'Mystery' }]),
    /^node node1 \(Mystery\): TF\.js export does not know this operator$/,
  ],
  [
    'a recurrent layer',
    graphOf([4, 3], [{ op: 'LSTM', constants: [constant(random, 1, 8, 3), constant(random, 1, 8, 2)] }]),
    /^node node0 \(LSTM\): TF\.js graph models hold recurrent layers as loops, which pare does not write$/,
  ],
  [
    'a weight that is computed',
    computedWeight(),
    /^node node1 \(Conv\): its input 1 is computed; TF\.js needs a constant$/,
  ],
  [
    'a convolution along one axis',
    graphOf([2, 8], [{ op: 'Conv', constants: [constant(random, 3, 2, 3)] }]),
    /^node node0 \(Conv\): expected a map of two spatial axes/,
  ],
  [
    'batch normalisation in training mode',
    graphOf([2, 4, 4], [normalization({ training_mode: 1 })]),
    /^node node0 \(BatchNormalization\): it is in training mode; /,
  ],
  ['half precision', halfInput(), /^input x: TF\.js has no values of type float16$/],
]

/** Numbers of a damaged model, by which memory or time would run out. */
const absurd = 2 ** 31 - 1

const endless: readonly (readonly [string, Graph])[] = [
  [
    'groups',
    graphOf(
      [2, 8, 8],
      [{ op: 'Conv', constants: [constant(random, 4, 1, 1, 1)], attributes: { group: absurd } }],
    ),
  ],
  [
    'dilations of a filter',
    graphOf(
      [2, 8, 8],
      [
        {
          op: 'Conv',
          constants: [constant(random, 4, 2, 2, 2)],
          attributes: {
            dilations: [absurd, absurd],
            strides: [2, 2],
            pads: [absurd, absurd, absurd, absurd],
          },
        },
      ],
    ),
  ],
  [
    'padding of a pool',
    graphOf(
      [2, 8, 8],
      [{ op: 'AveragePool', attributes: { kernel_shape: [2, 2], pads: [absurd, absurd, absurd, absurd] } }],
    ),
  ],
  [
    'padding',
    graphOf(
      [2, 8],
      [{ op: 'Pad', constants: [integers(0, 0, absurd, 0, 0, 0)], attributes: { mode: 'edge' } }],
    ),
  ],
]

function normalization(attributes: NonNullable<Step['attributes']>): Step {
  const ones = floatTensor([2], [1, 1])
  return { op: 'BatchNormalization', constants: [ones, ones, ones, ones], attributes }
}

function computedWeight(): Graph {
  const graph = graphOf(
    [2, 4, 4],
    [{ op: 'Relu' }, { op: 'Conv', constants: [constant(random, 3, 2, 1, 1)] }],
  )
  const [first, second] = graph.nodes
  const made = { ...first!, id: 'made', inputs: ['c1.0'], outputs: ['w'] }
  return { ...graph, nodes: [first!, made, { ...second!, inputs: ['y0', 'w'] }] }
}

function halfInput(): Graph {
  const graph = graphOf([4], [{ op: 'Relu' }])
  return { ...graph, inputs: graph.inputs.map(input => ({ ...input, dtype: 'float16' })) }
}

describe('numbers without measure are refused', () => {
  it.each(endless)('%s', (_, graph) => {
    expect(() => writeTfjs(graph)).toThrow(GraphError)
  })
})

it.each([...understood].sort())(
  '%s is written, or refused in one line, from what little its name says',
  op => {
    const graph = graphOf([2, 4, 4], [{ op }])
    try {
      writeTfjs(graph)
    } catch (error) {
      expect(error).toBeInstanceOf(GraphError)
    }
  },
)

describe('what TF.js cannot hold is refused in one line that names the node', () => {
  it.each(refused)('%s', (_, graph, line) => {
    expect(() => writeTfjs(graph)).toThrow(GraphError)
    expect(() => writeTfjs(graph)).toThrow(line)
  })
})
