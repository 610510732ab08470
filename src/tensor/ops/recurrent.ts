import { intAttribute, stringAttribute } from '../../graph/attributes.js'
import { addBias, dense } from '../gradients/dense.js'
import { type Cell, gruCell, lstmCell, rnnCell } from '../gradients/recurrent-cells.js'
import { take } from '../gradients/take.js'
import { concat, reshape, split, type Tensor, type Tensor2D, transpose, zeros } from '../tf.js'
import { asInOnnx } from '../value.js'
import { type Activation, activationsOf } from './activations.js'
import { cannotTrain, type Operator, type OperatorContext, type Operators } from './operator.js'

/** Inputs of all three operators, and LSTM's state of cells and peepholes. */
const [BIAS, LENGTHS, STATE, CELLS, PEEPHOLES] = [3, 4, 5, 6, 7]

/** What ONNX lets one say and few exporters do. */
function assertPlain({ node, has }: OperatorContext): void {
  if (has(LENGTHS)) throw cannotTrain(node, 'a recurrent layer with sequences of several lengths')
  if (has(PEEPHOLES)) throw cannotTrain(node, 'a recurrent layer with peepholes')
  for (const name of ['clip', 'input_forget'])
    if (node.attributes[name] !== undefined) throw cannotTrain(node, `a recurrent layer with ${name}`)
}

/** One direction's part of an input [directions, ...]. */
function part(x: Tensor, direction: number): Tensor {
  return reshape(take(x, [direction]), x.shape.slice(1))
}

/** Steps through a sequence [steps, n, in] in one direction: the state after each step in time, and the last of all. */
function walk(context: OperatorContext, cell: Cell, x: Tensor, direction: number, backwards: boolean) {
  const [steps = 1, n = 1, inputs = 1] = x.shape
  const [weight, recurrence] = [1, 2].map(index => transpose(part(context.onnx(index), direction))) as [
    Tensor2D,
    Tensor2D,
  ]
  const [hidden, wide] = recurrence.shape
  const biases = context.has(BIAS) ? part(context.onnx(BIAS), direction) : zeros([2 * wide])
  const [own, recurrent] = split(biases, 2) as [Tensor, Tensor]
  const all = addBias(dense(reshape(x, [steps * n, inputs]) as Tensor2D, weight), own)
  const read = split(all, steps, 0)
  const start = (index: number) =>
    index < context.node.inputs.length && context.has(index)
      ? part(context.onnx(index), direction)
      : zeros([n, hidden])
  let state: readonly Tensor[] = [STATE, CELLS].slice(0, cell.states).map(start)
  const outputs: Tensor[] = []
  for (const gates of backwards ? read.toReversed() : read) {
    state = cell.step(gates, state, { matrix: recurrence, bias: recurrent })
    outputs.push(state[0]!)
  }
  return { outputs: backwards ? outputs.toReversed() : outputs, state }
}

/** @param usual the activations of one direction by ONNX's names, where the node has no others */
function recurrent(
  usual: readonly string[],
  cellOf: (activations: readonly Activation[], context: OperatorContext) => Cell,
): Operator {
  return context => {
    assertPlain(context)
    const { node } = context
    const given = context.onnx(0)
    const batchFirst = intAttribute(node, 'layout', 0) === 1
    if (batchFirst && (context.has(STATE) || context.has(CELLS)))
      throw cannotTrain(node, 'a recurrent layer of layout 1 with a first state')
    const x = batchFirst ? transpose(given, [1, 0, 2]) : given
    const direction = stringAttribute(node, 'direction', 'forward')
    const ways = direction === 'bidirectional' ? [false, true] : [direction === 'reverse']
    const activations = activationsOf(context, usual, ways.length)
    const walks = ways.map((backwards, i) => walk(context, cellOf(activations[i]!, context), x, i, backwards))
    const wide = (t: Tensor) => reshape(t, [1, 1, ...t.shape])
    // [steps, directions, n, hidden], and [directions, n, hidden] of each part of the last state.
    const steps = concat(
      walks.map(({ outputs }) => concat(outputs.map(wide), 0)),
      1,
    )
    const last = walks[0]!.state.map((_, i) =>
      concat(
        walks.map(({ state }) => reshape(state[i]!, [1, ...state[i]!.shape])),
        0,
      ),
    )
    if (!batchFirst) return [steps, ...last].map(asInOnnx)
    return [transpose(steps, [2, 0, 1, 3]), ...last.map(t => transpose(t, [1, 0, 2]))].map(asInOnnx)
  }
}

export const recurrents: Operators = [
  ['LSTM', recurrent(['Sigmoid', 'Tanh', 'Tanh'], ([f, g, h]) => lstmCell(f!, g!, h!))],
  [
    'GRU',
    recurrent(['Sigmoid', 'Tanh'], ([f, g], { node }) =>
      gruCell(intAttribute(node, 'linear_before_reset', 0) === 1, f!, g!),
    ),
  ],
  ['RNN', recurrent(['Tanh'], ([f]) => rnnCell(f!))],
]
