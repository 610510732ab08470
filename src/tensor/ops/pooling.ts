import { intAttribute, intsAttribute } from '../../graph/attributes.js'
import { frontAxis } from '../../graph/axes.js'
import { GraphError } from '../../graph/types.js'
import { averagePool, maximumPool } from '../gradients/pool.js'
import { mean, type Tensor, type Tensor4D } from '../tf.js'
import { windowOf } from './convolution.js'
import { channelsFirst } from './layout.js'
import type { Operator, OperatorContext } from './operator.js'

function pool({ node, required }: OperatorContext, kind: 'max' | 'average'): Tensor {
  const x = required(0) as Tensor4D
  const cannot = (what: string) => new GraphError(`node ${node.id} (${node.op}): ${what} cannot be trained`)
  if (x.rank !== 4) throw cannot(`pooling of a ${x.rank}-D value`)
  if (intsAttribute(node, 'dilations', [1]).some(dilation => dilation !== 1)) throw cannot('dilated pooling')
  const [kh = 1, kw = 1] = intsAttribute(node, 'kernel_shape', [1, 1])
  const window = windowOf(node, [x.shape[1], x.shape[2]], [kh, kw])
  if (kind === 'max') return maximumPool(x, [kh, kw], window)
  const countPadding = intAttribute(node, 'count_include_pad', 0) === 1
  if (countPadding && intAttribute(node, 'ceil_mode', 0) === 1)
    throw cannot('ceil_mode that counts the padding')
  return averagePool(x, [kh, kw], window, countPadding)
}

/** Mean over axes as ONNX numbers them, given as an attribute before operator set 18 and as an input since. */
const reduceMean: Operator = ({ node, required, constant }) => {
  const x = required(0)
  const all = x.shape.map((_, axis) => axis)
  const given = constant(1) ?? intsAttribute(node, 'axes', all)
  const axes = given.map(axis => frontAxis(axis, x.rank))
  if (given.length === 0) return intAttribute(node, 'noop_with_empty_axes', 0) === 1 ? x : mean(x, all, true)
  const keep = intAttribute(node, 'keepdims', 1) === 1
  if (x.rank !== 4) return mean(x, axes, keep)
  if (keep)
    return mean(
      x,
      axes.map(axis => [0, 3, 1, 2][axis]!),
      true,
    )
  return mean(channelsFirst(x), axes, false)
}

export const pooling: Readonly<Record<string, Operator>> = {
  MaxPool: context => pool(context, 'max'),
  AveragePool: context => pool(context, 'average'),
  GlobalAveragePool({ node, required }) {
    const x = required(0)
    if (x.rank !== 4) throw new GraphError(`node ${node.id} (${node.op}): only 4-D values can be trained`)
    return mean(x, [1, 2], true)
  },
  ReduceMean: reduceMean,
}
