import { intAttribute } from '../attributes.js'
import { alongAxis } from '../coupling/labels.js'
import { elementCount } from '../tensor.js'
import { GraphError, type Node, type Tensor } from '../types.js'
import { coupleProduct, productShape } from './matmul.js'
import type { Op, Shapes } from './op.js'

/** The axes of a dense weight that are summed over and made. */
function axes(node: Node): { readonly contracted: number; readonly made: number } {
  const transposed = node.op === 'Gemm' && intAttribute(node, 'transB', 0) === 1
  return transposed ? { contracted: 1, made: 0 } : { contracted: 0, made: 1 }
}

function outputShape(node: Node, shapes: Shapes): number[] {
  const [input = '', weight = ''] = node.inputs
  const [from, to] = [shapes.of(input), shapes.of(weight)]
  if (node.op === 'MatMul') return productShape(node, from, to)
  const { contracted, made } = axes(node)
  const [rows, depth] = intAttribute(node, 'transA', 0) === 1 ? [from[1], from[0]] : from
  if (from.length !== 2 || to.length !== 2 || to[contracted] !== depth)
    throw new GraphError(`node ${node.id} (${node.op}): cannot multiply [${from}] by [${to}]`)
  return [rows!, to[made]!]
}

/** A product with a constant matrix, whose elements are weights. */
function weighs(node: Node, constant: (name: string) => Tensor | undefined): boolean {
  const [input = '', weight = ''] = node.inputs
  return constant(weight)?.shape.length === 2 && constant(input) === undefined
}

/** Gemm and MatMul. */
export const dense: Op = {
  shapes: (node, shapes) => [outputShape(node, shapes)],

  couple(node, coupling) {
    const [input = '', weight = '', bias = ''] = node.inputs
    const constants = [input, weight].filter(name => coupling.constant(name) !== undefined)
    if (node.op === 'MatMul' && constants.length === 0) return coupleProduct(node, coupling)
    if (!weighs(node, name => coupling.constant(name)))
      return coupling.opaque(node, `${node.id}: the weight of ${node.op} is not one constant matrix`)
    if (intAttribute(node, 'transA', 0) === 1) return coupling.opaque(node, `${node.id}: transposed input`)
    const from = coupling.labels(input, node)
    const channels = coupling.channels(from, from.shape.length - 1, node)
    const { contracted, made } = axes(node)
    coupling.tieAll(coupling.axis(weight, contracted, 'consumer', node), channels)
    const atoms = coupling.axis(weight, made, 'producer', node)
    if (bias !== '') {
      const shape = coupling.shape(bias)
      const axis = shape.length - 1
      if (shape[axis] === atoms.length) {
        coupling.parameter(bias, axis, atoms, node)
      } else if (elementCount(shape) !== 1) {
        return coupling.opaque(node, `${node.id}: a bias of shape [${shape}] is not one value a channel`)
      }
    }
    const [output = ''] = node.outputs
    const shape = coupling.shape(output)
    coupling.label(output, alongAxis(shape, shape.length - 1, atoms))
  },

  macs(node, shapes) {
    const [input = '', weight = ''] = node.inputs
    const made = outputShape(node, shapes)
    if (weighs(node, name => shapes.constant(name)))
      return [{ kind: 'weight', weight, positions: elementCount(made.slice(0, -1)) }]
    const from = shapes.of(input)
    const depth = intAttribute(node, 'transA', 0) === 1 ? from[0]! : from.at(-1)!
    return [{ kind: 'product', macs: elementCount(made) * depth }]
  },
}
