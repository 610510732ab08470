import { intAttribute, intsAttribute } from '../../graph/attributes.js'
import { GraphError } from '../../graph/types.js'
import { padding } from '../gradients/window.js'
import { avgPool, concat, maxPool, mean, reshape, type Tensor, type Tensor4D, transpose } from '../tf.js'
import { windowOf } from './convolution.js'
import type { Operator, OperatorContext } from './operator.js'

/** [n, h, w, c] as ONNX orders it, so that a following Flatten gives the features in ONNX's order. */
export function channelsFirst(x: Tensor): Tensor {
  return x.shape.length === 4 ? transpose(x, [0, 3, 1, 2]) : x
}

function pool({ node, required }: OperatorContext, kind: 'max' | 'average'): Tensor {
  const x = required(0) as Tensor4D
  const [kh = 1, kw = 1] = intsAttribute(node, 'kernel_shape', [1, 1])
  const window = windowOf(node, [x.shape[1], x.shape[2]], [kh, kw])
  const padded = window.top + window.bottom + window.left + window.right > 0
  if (kind === 'average' && padded && intAttribute(node, 'count_include_pad', 0) === 1) {
    throw new GraphError(`node ${node.id} (${node.op}): counting the padding cannot be trained`)
  }
  const strides: [number, number] = [...window.strides]
  const pads = padded ? padding(window) : 'valid'
  return kind === 'max' ? maxPool(x, [kh, kw], strides, pads) : avgPool(x, [kh, kw], strides, pads)
}

export const shape: Readonly<Record<string, Operator>> = {
  MaxPool: context => pool(context, 'max'),
  AveragePool: context => pool(context, 'average'),
  GlobalAveragePool: ({ required }) => mean(required(0), [1, 2], true),
  Flatten({ node, required }) {
    const x = channelsFirst(required(0))
    const axis = intAttribute(node, 'axis', 1)
    if (axis !== 1) throw new GraphError(`node ${node.id} (Flatten): axis ${axis} cannot be trained`)
    return reshape(x, [x.shape[0] ?? 1, -1])
  },
  Concat(context) {
    const { node, required } = context
    const parts = node.inputs.map((_, i) => required(i))
    const rank = parts[0]?.shape.length ?? 0
    const axis = intAttribute(node, 'axis', 1)
    const positive = axis < 0 ? axis + rank : axis
    return concat(parts, rank === 4 ? ([0, 3, 1, 2][positive] ?? 0) : positive)
  },
}
