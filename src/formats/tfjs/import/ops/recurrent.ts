import { floatTensor, toNumbers } from '../../../../graph/tensor.js'
import { type Attribute, GraphError, type Tensor } from '../../../../graph/types.js'
import { permute } from '../../permute.js'
import { int, string } from '../attribute.js'
import type { Attributes, Builder } from '../builder.js'
import { plain } from '../layout.js'
import { type Computed, type Constant, computed, type Size, type Value } from '../value.js'
import { transpose } from './shape.js'

/** A recurrent layer in Keras's terms; the columns of its kernels are those of one gate, then those of the next. */
export interface Recurrence {
  readonly op: 'LSTM' | 'GRU' | 'RNN'
  /** [in, gates * units] */
  readonly kernel: Constant
  /** [units, gates * units] */
  readonly recurrent: Constant
  /** [gates * units], or [2, gates * units]: of the kernel, then of the recurrent one. */
  readonly bias: Constant | undefined
  /** Keras's name for what the new state goes through. */
  readonly activation: string
  /** Keras's name for what the gates go through. */
  readonly gate: string
  readonly backwards: boolean
  /** Whether a GRU multiplies the state by its reset gate after the recurrent kernel. */
  readonly resetAfter: boolean
}

/** What a recurrent layer makes. */
export interface Walked {
  /** [n, steps, units], in the order of time. */
  readonly sequence: Computed
  /** After the last step that was taken: the state, and of an LSTM its cells; [n, units] each. */
  readonly states: readonly Computed[]
}

/** Keras's gates in ONNX's order, and the states there are. */
export const kinds = {
  LSTM: { gates: [0, 3, 1, 2], states: 2 },
  GRU: { gates: [0, 1, 2], states: 1 },
  RNN: { gates: [0], states: 1 },
} as const

/** Steps through a sequence [n, steps, in], from `initial` states [n, units] or from zeros. */
export function recurrent(b: Builder, value: Value, layer: Recurrence, initial: readonly Value[]): Walked {
  const x = transpose(b, value, [1, 0, 2])
  const [steps = null, batch = null, features = null] = x.shape
  const { states } = kinds[layer.op]
  const [depth = 0] = layer.kernel.tensor.shape
  const [units = 0] = layer.recurrent.tensor.shape
  if (features !== depth) throw new GraphError(`a kernel of ${depth} inputs for ${features} features`)
  if (initial.length !== 0 && initial.length !== states)
    throw new GraphError(`expected ${states} first states, found ${initial.length}`)
  const first = initial.map(state => b.emit('Unsqueeze', [plain(b, state).name, b.integers([0])]))
  const inputs = [x.name, ...weightsOf(b, layer, units), ...(first.length === 0 ? [] : ['', ...first])]
  const [all = '', ...last] = b.emitMany(layer.op, inputs, attributesOf(layer, units), 1 + states)
  const squeezed = (name: string, axis: number, shape: readonly Size[]) =>
    computed(b.emit('Squeeze', [name, b.integers([axis])]), shape)
  return {
    sequence: transpose(b, squeezed(all, 1, [steps, batch, units]), [1, 0, 2]),
    states: last.map(name => squeezed(name, 0, [batch, units])),
  }
}

/** The names of W, R and B. @throws GraphError for weights whose sizes do not fit each other. */
function weightsOf(b: Builder, layer: Recurrence, units: number): string[] {
  const { gates } = kinds[layer.op]
  const wide = gates.length * units
  const { kernel, recurrent, bias } = layer
  if ([kernel, recurrent].some(({ tensor: { shape } }) => shape.length !== 2 || shape[1] !== wide))
    throw new GraphError(`kernels of shapes [${kernel.tensor.shape}] and [${recurrent.tensor.shape}]`)
  const matrix = ({ key, tensor }: Constant) =>
    b.initializer(`${key}:${layer.op}`, () => {
      const rows = inOrder(permute(tensor, [1, 0]), gates)
      return { ...rows, shape: [1, ...rows.shape] }
    })
  if (bias === undefined) return [matrix(kernel), matrix(recurrent)]
  const { length } = bias.tensor.data
  if (length !== wide && length !== 2 * wide) throw new GraphError(`a bias of shape [${bias.tensor.shape}]`)
  const vector = b.initializer(`${bias.key}:${layer.op}`, () => {
    // A bias of the kernel alone leaves that of the recurrent one at zero.
    const both = [...toNumbers(bias.tensor), ...Array<number>(2 * wide - length).fill(0)]
    const halves = [both.slice(0, wide), both.slice(wide)]
    const moved = halves.flatMap(half => toNumbers(inOrder(floatTensor([wide], half), gates)))
    return floatTensor([1, 2 * wide], moved)
  })
  return [matrix(kernel), matrix(recurrent), vector]
}

/** Blocks of rows, one a gate, in another order. */
export function inOrder(tensor: Tensor, gates: readonly number[]): Tensor {
  const values = toNumbers(tensor)
  const block = values.length / gates.length
  return floatTensor(
    tensor.shape,
    gates.flatMap(gate => values.slice(gate * block, (gate + 1) * block)),
  )
}

interface Activation {
  readonly name: string
  readonly alpha?: number
  readonly beta?: number
}

/** ONNX's names for Keras's activations. */
const activations = new Map<string, Activation>([
  ['tanh', { name: 'Tanh' }],
  ['sigmoid', { name: 'Sigmoid' }],
  ['relu', { name: 'Relu' }],
  ['softsign', { name: 'Softsign' }],
  ['softplus', { name: 'Softplus' }],
  ['linear', { name: 'Affine', alpha: 1, beta: 0 }],
  ['hard_sigmoid', { name: 'HardSigmoid', alpha: 0.2, beta: 0.5 }],
  ['hard_sigmoid_sixth', { name: 'HardSigmoid', alpha: 1 / 6, beta: 0.5 }],
])

function activationOf(name: string): Activation {
  const found = activations.get(name)
  if (found === undefined) throw new GraphError(`activation ${name} is not supported`)
  return found
}

function attributesOf(layer: Recurrence, units: number): Attributes {
  const { op, gate, activation } = layer
  const names = { LSTM: [gate, activation, activation], GRU: [gate, activation], RNN: [activation] }[op]
  const usual = gate === 'sigmoid' && activation === 'tanh'
  const used = names.map(activationOf)
  const floats = (numbers: readonly (number | undefined)[]): Attribute => ({
    kind: 'floats',
    value: numbers.filter(number => number !== undefined),
  })
  return {
    hidden_size: int(units),
    direction: string(layer.backwards ? 'reverse' : 'forward'),
    ...(op === 'GRU' && { linear_before_reset: int(layer.resetAfter ? 1 : 0) }),
    ...(!usual && {
      activations: { kind: 'strings', value: used.map(({ name }) => name) },
      activation_alpha: floats(used.map(({ alpha }) => alpha)),
      activation_beta: floats(used.map(({ beta }) => beta)),
    }),
  }
}
