import { intAttribute } from '../../graph/attributes.js'
import { axisAttribute } from '../../graph/axes.js'
import { elementCount } from '../../graph/tensor.js'
import { GraphError, type Node } from '../../graph/types.js'
import { concat, reshape, softmax, type Tensor } from '../tf.js'
import { channelsFirst, channelsLast } from './layout.js'
import type { Operator } from './operator.js'

/** The shape that a Reshape asks for, where 0 keeps a size and -1 takes what is left. */
function targetShape(node: Node, wanted: readonly number[], x: Tensor): number[] {
  const kept = intAttribute(node, 'allowzero', 0) === 0
  const sizes = wanted.map((size, axis) => (size === 0 && kept ? (x.shape[axis] ?? 0) : size))
  const known = elementCount(sizes.filter(size => size !== -1))
  const shape = sizes.map(size => (size === -1 ? x.size / known : size))
  if (elementCount(shape) !== x.size)
    throw new GraphError(
      `node ${node.id} (Reshape): [${x.shape}] cannot become [${wanted}]; is a batch size written into the model?`,
    )
  return shape
}

export const shape: Readonly<Record<string, Operator>> = {
  Flatten({ node, required }) {
    const x = channelsFirst(required(0))
    const axis = axisAttribute(node, 1, x.rank)
    return reshape(x, [elementCount(x.shape.slice(0, axis)), elementCount(x.shape.slice(axis))])
  },
  Reshape({ node, required, constant }) {
    const x = channelsFirst(required(0))
    const wanted = constant(1)
    if (wanted === undefined)
      throw new GraphError(`node ${node.id} (Reshape): a shape that is no constant cannot be trained`)
    return channelsLast(reshape(x, targetShape(node, wanted, x)))
  },
  Concat({ node, required }) {
    const parts = node.inputs.map((_, i) => required(i))
    const rank = parts[0]?.rank ?? 0
    const axis = axisAttribute(node, 1, rank)
    return concat(parts, rank === 4 ? [0, 3, 1, 2][axis]! : axis)
  },
  Softmax({ node, required }) {
    const x = required(0)
    const axis = axisAttribute(node, x.rank === 2 ? 1 : -1, x.rank)
    if (axis !== (x.rank === 4 ? 1 : x.rank - 1))
      throw new GraphError(`node ${node.id} (Softmax): axis ${axis} of a ${x.rank}-D value cannot be trained`)
    return softmax(x)
  },
}
