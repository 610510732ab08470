import { capturedNames, dropDead } from './constants.js'
import { reducedAxes } from './ops/reduce.js'
import { floatTensor } from './tensor.js'
import { atTwoBatches } from './two-batches.js'
import type { Graph, Node } from './types.js'

/** What a value holds at every place, whatever the batch. */
type Uniform = number | boolean

/** Operators that put the elements of what they read elsewhere. */
const moves = new Set(['Expand', 'Reshape', 'Transpose', 'Squeeze', 'Unsqueeze', 'Identity'])

const arithmetic = new Map<string, (a: number, b: number) => number>([
  ['Add', (a, b) => a + b],
  ['Sub', (a, b) => a - b],
  ['Mul', (a, b) => a * b],
  ['Div', (a, b) => a / b],
])

/** By which second operand an operator leaves its first one as it is, and whether they may change places. */
const neutral = new Map<string, { readonly value: number; readonly either: boolean }>([
  ['Add', { value: 0, either: true }],
  ['Sub', { value: 0, either: false }],
  ['Mul', { value: 1, either: true }],
  ['Div', { value: 1, either: false }],
])

/**
 * Masks of ones and tensors of zeros that a model makes in the shape of its batch, as Keras 2 weighs what it takes the mean
 * of: what does nothing goes, and a computed operand that is one number at every place becomes that number.
 */
export function foldUniform(graph: Graph): Graph {
  const sizes = graph.nodes.some(makesUniform) ? atTwoBatches(graph) : undefined
  if (sizes === undefined) return graph
  const shapes = (name: string) => sizes.map(each => each.shapes.get(name))
  const initializers = new Map(graph.initializers)
  const alias = new Map<string, string>()
  const made = new Map<string, Uniform>()
  const kept = new Set([...graph.outputs.map(({ name }) => name), ...graph.nodes.flatMap(capturedNames)])
  const value = (name: string): Uniform | undefined => made.get(name) ?? constantNumber(graph, name)
  const taken = new Set([...initializers.keys(), ...graph.nodes.flatMap(node => node.outputs)])
  const isSame = (a: string, b: string) => {
    const [one, other] = [shapes(a), shapes(b)]
    return one[0] !== undefined && one.join('; ') === other.join('; ')
  }
  let changed = false
  const nodes = graph.nodes.flatMap((given): readonly Node[] => {
    const node = { ...given, inputs: given.inputs.map(name => alias.get(name) ?? name) }
    const [output = ''] = node.outputs
    if (node.domain !== '') return [node]
    const uniform = uniformOf(graph, node, value, name => steady(shapes(name)))
    if (uniform !== undefined) made.set(output, uniform)
    const passed = passedThrough(node, made)
    if (passed !== undefined && !kept.has(output) && isSame(passed, output)) {
      alias.set(output, passed)
      changed = true
      return []
    }
    if (uniform !== undefined || !arithmetic.has(node.op)) return [node]
    const [at, other] = made.has(node.inputs[0] ?? '') ? [0, 1] : [1, 0]
    const number = made.get(node.inputs[at] ?? '')
    const operand = `${output}/number`
    if (typeof number !== 'number' || taken.has(operand)) return [node]
    if (!isSame(node.inputs[other] ?? '', output)) return [node]
    initializers.set(operand, floatTensor([], [number]))
    changed = true
    return [{ ...node, inputs: node.inputs.map((name, i) => (i === at ? operand : name)) }]
  })
  return changed ? dropDead({ ...graph, nodes, initializers }) : graph
}

function makesUniform({ op, domain }: Node): boolean {
  return domain === '' && (op === 'ConstantOfShape' || op === 'Expand')
}

/** The sizes that are the same for both batches; undefined for a size that is not. */
function steady([one, other]: readonly (readonly number[] | undefined)[]): readonly (number | undefined)[] {
  return (one ?? []).map((size, axis) => (size === other?.[axis] ? size : undefined))
}

function constantNumber(graph: Graph, name: string): number | undefined {
  const tensor = graph.initializers.get(name)
  return tensor?.dtype === 'float32' && tensor.data.length === 1 ? Number(tensor.data[0]) : undefined
}

/** What a node makes at every place; undefined where that is not one float32 number or one truth. */
function uniformOf(
  graph: Graph,
  node: Node,
  value: (name: string) => Uniform | undefined,
  sizes: (name: string) => readonly (number | undefined)[],
): Uniform | undefined {
  const [first = '', second = ''] = node.inputs
  const [a, b] = [value(first), value(second)]
  if (node.op === 'ConstantOfShape') {
    const filling = node.attributes.value
    if (filling === undefined) return 0
    return filling.kind === 'tensor' && filling.value.dtype === 'float32'
      ? Number(filling.value.data[0])
      : undefined
  }
  if (moves.has(node.op)) return a
  if (node.op === 'ReduceSum' && typeof a === 'number') {
    const from = sizes(first)
    const axes = reducedAxes(node, from.length, name => graph.initializers.get(name))
    const count = axes.reduce((product, axis) => product * (from[axis] ?? Number.NaN), 1)
    return Number.isNaN(count) ? undefined : Math.fround(a * count)
  }
  if (typeof a !== 'number' || typeof b !== 'number') return undefined
  if (node.op === 'Equal') return a === b
  const compute = arithmetic.get(node.op)
  return compute && Math.fround(compute(a, b))
}

/** The input that a node hands on as it is, because of a computed one that is the same everywhere. */
function passedThrough({ op, inputs }: Node, made: ReadonlyMap<string, Uniform>): string | undefined {
  const [first = '', second = '', third = ''] = inputs
  if (op === 'Where') {
    const condition = made.get(first)
    return typeof condition === 'boolean' ? (condition ? second : third) : undefined
  }
  const rule = neutral.get(op)
  if (rule === undefined) return undefined
  if (made.get(second) === rule.value) return first
  return rule.either && made.get(first) === rule.value ? second : undefined
}
