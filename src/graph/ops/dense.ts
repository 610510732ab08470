import { intAttribute } from '../attributes.js'
import type { Coupling } from '../coupling/coupling.js'
import { elementCount } from '../tensor.js'
import { GraphError, type Node, type Tensor } from '../types.js'
import { matmulEquation, matmulShape } from './matmul.js'
import type { Op, Shapes } from './op.js'
import { coupleValues, coupleWeight, type Equation } from './product.js'

/** The axes of a dense weight that are summed over and made. */
function axes(node: Node): { readonly contracted: number; readonly made: number } {
  const transposed = node.op === 'Gemm' && intAttribute(node, 'transB', 0) === 1
  return transposed ? { contracted: 1, made: 0 } : { contracted: 0, made: 1 }
}

function outputShape(node: Node, shapes: Shapes): number[] {
  const [input = '', weight = ''] = node.inputs
  const [from, to] = [shapes.of(input), shapes.of(weight)]
  if (node.op === 'MatMul') return matmulShape(node, from, to)
  const { contracted, made } = axes(node)
  const [rows, depth] = intAttribute(node, 'transA', 0) === 1 ? [from[1], from[0]] : from
  if (from.length !== 2 || to.length !== 2 || to[contracted] !== depth)
    throw new GraphError(`node ${node.id} (${node.op}): cannot multiply [${from}] by [${to}]`)
  return [rows!, to[made]!]
}

function equationOf(node: Node, coupling: Coupling): Equation {
  const [a = 0, b = 0] = node.inputs.slice(0, 2).map(name => coupling.shape(name).length)
  const equation = matmulEquation(a, b)
  return axes(node).made === 0 ? { ...equation, right: 'CD' } : equation
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
    if (node.op === 'MatMul' && constants.length === 0)
      return coupleValues(node, equationOf(node, coupling), coupling)
    if (!weighs(node, name => coupling.constant(name)))
      return coupling.opaque(node, `${node.id}: the weight of ${node.op} is not one constant matrix`)
    if (intAttribute(node, 'transA', 0) === 1) return coupling.opaque(node, `${node.id}: transposed input`)
    coupleWeight(node, equationOf(node, coupling), coupling)
    if (bias === '') return
    const atoms = coupling.axis(weight, axes(node).made, 'producer', node)
    const shape = coupling.shape(bias)
    if (shape.at(-1) === atoms.length) coupling.parameter(bias, shape.length - 1, atoms, node)
    else if (elementCount(shape) !== 1)
      coupling.opaque(node, `${node.id}: a bias of shape [${shape}] is not one value a channel`)
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
