import { intAttribute, intsAttribute } from '../../graph/attributes.js'
import { bypass, type HandsOn } from '../../graph/bypass.js'
import { elementTypeOf } from '../../graph/element-types.js'
import { toNumbers } from '../../graph/tensor.js'
import { atTwoBatches } from '../../graph/two-batches.js'
import type { Graph, Node, Tensor } from '../../graph/types.js'
import { rectifiedBefore } from './rectify-once.js'

/**
 * The graph without nodes that hand on what they read: Identity, Dropout, Cast to the same type, + 0, - 0, x 1, / 1, Reshape
 * and Flatten to the same shape, Pad of nothing, Concat of one, Relu of a Relu, Transpose that turns nothing or turns another
 * back. One that makes an output of the graph stays, as outputs keep their names.
 */
export function removeNoOps(graph: Graph): Graph {
  return bypass(graph, noOps(graph))
}

function noOps(graph: Graph): HandsOn {
  const inferred = atTwoBatches(graph)
  /** Whether two values have one shape, whatever the batch. */
  const sameShape = (a: string, b: string) =>
    inferred?.every(({ shapes }) => {
      const [one, other] = [shapes.get(a), shapes.get(b)]
      return one !== undefined && one.join() === other?.join()
    }) ?? false
  const constant = (name: string | undefined) => graph.initializers.get(name ?? '')
  const typeOf = typesOf(graph)
  const neutral = { Add: 0, Sub: 0, Mul: 1, Div: 1 } as const
  return (node, makers) => {
    const [input = '', second = '', third = ''] = node.inputs
    const [output = ''] = node.outputs
    if (node.domain !== '' || input === '') return undefined
    switch (node.op) {
      case 'Identity':
        return input
      case 'Dropout':
        // Without a constant that switches it off it may be training.
        return third === '' || isAll(constant(third), 0) ? input : undefined
      case 'Cast':
        return typeOf(input) !== undefined && typeOf(input) === typeOf(output) ? input : undefined
      case 'Reshape':
      case 'Flatten':
        return sameShape(input, output) ? input : undefined
      case 'Pad':
        return isAll(constant(second), 0) ? input : undefined
      case 'Concat':
        return node.inputs.length === 1 ? input : undefined
      case 'Add':
      case 'Mul':
        if (isAll(constant(input), neutral[node.op])) return sameShape(second, output) ? second : undefined
        return isAll(constant(second), neutral[node.op]) && sameShape(input, output) ? input : undefined
      case 'Sub':
      case 'Div':
        return isAll(constant(second), neutral[node.op]) && sameShape(input, output) ? input : undefined
      case 'Relu':
        return rectifiedBefore(node, makers)
      case 'Transpose':
        return turnedBack(node, makers.get(input))
      default:
        return undefined
    }
  }
}

function isAll(tensor: Tensor | undefined, value: number): boolean {
  if (tensor === undefined || /float16|int4/.test(tensor.dtype)) return false
  return toNumbers(tensor).every(number => number === value)
}

/** Element types of the values that are told without looking at operators. */
function typesOf(graph: Graph): (name: string) => string | undefined {
  const types = new Map<string, string>([
    ...graph.inputs.map(({ name, dtype }) => [name, dtype] as const),
    ...[...graph.initializers].map(([name, { dtype }]) => [name, dtype] as const),
    ...graph.nodes.flatMap(node => {
      const type =
        node.op === 'Cast' && node.domain === '' ? elementTypeOf(intAttribute(node, 'to', 0)) : undefined
      return type === undefined ? [] : [[node.outputs[0] ?? '', type] as const]
    }),
  ])
  return name => types.get(name)
}

/** What a Transpose hands on that leaves all axes where they are, alone or after the one before it. */
function turnedBack(node: Node, before: Node | undefined): string | undefined {
  const order = intsAttribute(node, 'perm', [])
  const [input = ''] = node.inputs
  if (order.length > 0 && order.every((axis, i) => axis === i)) return input
  if (before?.op !== 'Transpose' || before.domain !== '') return undefined
  const first = intsAttribute(before, 'perm', [])
  if (first.length !== order.length) return undefined
  // Without an order both reverse the axes.
  return order.every((axis, i) => first[axis] === i) ? before.inputs[0] : undefined
}
