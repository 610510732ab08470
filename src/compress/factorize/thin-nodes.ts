import type { Matrix } from 'ml-matrix'
import { perAxis } from '../../graph/ops/window.js'
import type { Attribute, Node, Tensor } from '../../graph/types.js'
import { fromWeightMatrix } from '../layer.js'
import type { SplittableLayer } from './layers.js'

/** One of the layers that a layer is split into, in order; the last makes what the layer made. */
export interface ThinLayer {
  readonly attributes: Node['attributes']
  readonly weight: Tensor
}

const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value })

function without(attributes: Node['attributes'], ...names: readonly string[]): Node['attributes'] {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)))
}

/** A weight [rows, channels x kernel cells] as a convolution's. */
function kernelTensor(weight: Matrix, kernel: readonly number[]): Tensor {
  const cells = kernel.reduce((product, size) => product * size, 1)
  return {
    dtype: 'float32',
    shape: [weight.rows, weight.columns / cells, ...kernel],
    data: Float32Array.from(weight.to1DArray()),
  }
}

/** A 1x1 convolution from one place to the same. */
export function pointwise(weight: Matrix): ThinLayer {
  return { attributes: { kernel_shape: ints([1, 1]) }, weight: kernelTensor(weight, [1, 1]) }
}

/** A convolution with the node's own window. */
export function sameWindow(node: Node, weight: Matrix, kernel: readonly number[]): ThinLayer {
  return { attributes: node.attributes, weight: kernelTensor(weight, kernel) }
}

/** A convolution with the node's window along one spatial axis, 0 or 1, and none along the other. */
export function alongAxis(node: Node, axis: 0 | 1, weight: Matrix, size: number): ThinLayer {
  const at = (own: number, other: number) => (axis === 0 ? [own, other] : [other, own])
  const kernel = at(size, 1)
  const strides = perAxis(node, 'strides', [1, 1], 1)
  const dilations = perAxis(node, 'dilations', [1, 1], 1)
  const pads = perAxis(node, 'pads', [0, 0, 0, 0], 0)
  const padded = 'pads' in node.attributes
  return {
    attributes: {
      ...node.attributes,
      kernel_shape: ints(kernel),
      strides: ints(at(strides[axis]!, 1)),
      dilations: ints(at(dilations[axis]!, 1)),
      ...(padded ? { pads: ints([...at(pads[axis]!, 0), ...at(pads[axis + 2]!, 0)]) } : {}),
    },
    weight: kernelTensor(weight, kernel),
  }
}

/** The two layers of a dense one: the first scales its input as the layer did, the second its bias. */
export function densePair(node: Node, layer: SplittableLayer, first: Matrix, second: Matrix): ThinLayer[] {
  const tensor = (matrix: Matrix) => {
    const { rows, columns } = matrix
    const shape = layer.contracted === 1 ? [rows, columns] : [columns, rows]
    return fromWeightMatrix({ ...layer, rows, columns }, Float64Array.from(matrix.to1DArray()), shape)
  }
  return [
    { attributes: without(node.attributes, 'beta'), weight: tensor(first) },
    { attributes: without(node.attributes, 'alpha', 'transA'), weight: tensor(second) },
  ]
}
