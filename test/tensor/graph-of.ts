import { floatTensor, int64Tensor } from '../../src/graph/tensor.js'
import type { Attribute, Graph, Node, Tensor } from '../../src/graph/types.js'
import type { Random } from '../../src/random.js'
import { normalSamples } from '../fixtures/run.js'

/** A node in short: its op, its inputs beside the running value, its attributes. */
export interface Step {
  readonly op: string
  /** Each a constant; the running value is the first input unless `before` puts constants in front of it. */
  readonly constants?: readonly Tensor[]
  readonly before?: boolean
  readonly attributes?: Readonly<Record<string, number | readonly number[] | string | readonly string[]>>
  /** How many outputs it has; the first is the running value. */
  readonly outputs?: number
}

/** Attributes of floats, whose values may be whole. */
const floatNames = new Set([
  ...['alpha', 'beta', 'epsilon', 'min', 'max', 'value', 'bias', 'cubic_coeff_a'],
  ...['activation_alpha', 'activation_beta'],
])

function attribute(name: string, value: NonNullable<Step['attributes']>[string]): Attribute {
  if (typeof value === 'string') return { kind: 'string', value }
  if (typeof value === 'number')
    return Number.isInteger(value) && !floatNames.has(name)
      ? { kind: 'int', value }
      : { kind: 'float', value }
  if (isStrings(value)) return { kind: 'strings', value }
  return { kind: floatNames.has(name) ? 'floats' : 'ints', value }
}

function isStrings(value: readonly number[] | readonly string[]): value is readonly string[] {
  return typeof value[0] === 'string'
}

/** A chain of nodes from input `x` of the given sample shape. */
export function graphOf(sampleShape: readonly number[], steps: readonly Step[], opset = 17): Graph {
  const initializers = new Map<string, Tensor>()
  const nodes = steps.map(({ op, constants = [], before = false, attributes = {}, outputs = 1 }, i): Node => {
    const names = constants.map((constant, j) => {
      initializers.set(`c${i}.${j}`, constant)
      return `c${i}.${j}`
    })
    const value = i === 0 ? 'x' : `y${i - 1}`
    return {
      id: `node${i}`,
      op,
      domain: '',
      inputs: before ? [...names, value] : [value, ...names],
      outputs: Array.from({ length: outputs }, (_, j) => (j === 0 ? `y${i}` : `y${i}.${j}`)),
      attributes: Object.fromEntries(
        Object.entries(attributes).map(([name, given]) => [name, attribute(name, given)]),
      ),
    }
  })
  return {
    name: 'test',
    irVersion: 8,
    opset,
    otherOpsets: {},
    metadata: {},
    initializers,
    nodes,
    inputs: [{ name: 'x', dtype: 'float32', shape: ['n', ...sampleShape] }],
    outputs: [{ name: `y${steps.length - 1}`, dtype: 'float32', shape: [] }],
  }
}

/** A constant with standard normal elements. */
export function constant(random: Random, ...shape: number[]): Tensor {
  return floatTensor(
    shape,
    normalSamples(
      random,
      shape.reduce((a, b) => a * b, 1),
    ),
  )
}

export function scalar(value: number): Tensor {
  return floatTensor([], [value])
}

export function integers(...values: number[]): Tensor {
  return int64Tensor([values.length], values)
}

export function boolTensor(shape: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'bool', shape, data: Uint8Array.from(values) }
}
