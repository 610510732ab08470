import { intAttribute } from '../attributes.js'
import { alongAxis, axisAtoms } from '../coupling/labels.js'
import { elementCount } from '../tensor.js'
import { GraphError, type Node } from '../types.js'
import type { Op, Shapes } from './op.js'

/** The axes of a dense weight that are summed over and made. */
function axes(node: Node): { readonly contracted: number; readonly made: number } {
  const transposed = node.op === 'Gemm' && intAttribute(node, 'transB', 0) === 1
  return transposed ? { contracted: 1, made: 0 } : { contracted: 0, made: 1 }
}

function outputShape(node: Node, shapes: Shapes): number[] {
  const [input = '', weight = ''] = node.inputs
  const from = shapes.of(input)
  const { contracted, made } = axes(node)
  const [rows, depth] =
    intAttribute(node, 'transA', 0) === 1 ? [[from[1]!], from[0]] : [from.slice(0, -1), from.at(-1)]
  const to = shapes.of(weight)
  if (to.length !== 2 || to[contracted] !== depth) {
    throw new GraphError(`node ${node.id} (${node.op}): cannot multiply [${from}] by [${to}]`)
  }
  return [...rows, to[made]!]
}

/** Gemm, and MatMul by a constant matrix. */
export const dense: Op = {
  shapes: (node, shapes) => [outputShape(node, shapes)],

  couple(node, coupling) {
    const [input = '', weight = '', bias = ''] = node.inputs
    if (coupling.constant(weight) === undefined) {
      return coupling.opaque(node, `${node.id}: the weight of ${node.op} is computed, not a constant`)
    }
    if (intAttribute(node, 'transA', 0) === 1) return coupling.opaque(node, `${node.id}: transposed input`)
    const from = coupling.labels(input, node)
    const channels = axisAtoms(from, from.shape.length - 1)
    if (channels === undefined)
      return coupling.opaque(node, `${node.id}: channels of its input depend on position`)
    const { contracted, made } = axes(node)
    coupling.tieAll(coupling.axis(weight, contracted, 'consumer', node), channels)
    const atoms = coupling.axis(weight, made, 'producer', node)
    if (bias !== '') {
      const shape = coupling.shape(bias)
      const axis = shape.length - 1
      if (elementCount(shape) === atoms.length && shape[axis] === atoms.length) {
        coupling.tieAll(coupling.axis(bias, axis, 'parameter', node), atoms)
      } else if (elementCount(shape) !== 1) {
        return coupling.opaque(node, `${node.id}: a bias of shape [${shape}] is not one value a channel`)
      }
    }
    const [output = ''] = node.outputs
    const shape = coupling.shape(output)
    coupling.label(output, alongAxis(shape, shape.length - 1, atoms))
  },

  macs(node, shapes) {
    const [, weight = ''] = node.inputs
    return { weight, positions: elementCount(outputShape(node, shapes).slice(0, -1)) }
  },
}
