import { intAttribute } from '../graph/attributes.js'
import { equationOf } from '../graph/ops/einsum.js'
import { standInOf, storedWeights } from '../graph/stored-weights.js'
import { elementCount } from '../graph/tensor.js'
import type { Graph, Node } from '../graph/types.js'
import { trainedNames } from '../tensor/trained-names.js'

/** What a parameter is to the operator that reads it. */
export type Role =
  /** Of a filter or a matrix, whose sums run over `fanIn` products. */
  | { readonly kind: 'weight'; readonly fanIn: number }
  /** Added to such sums. */
  | { readonly kind: 'bias'; readonly fanIn: number }
  /** Rows that are looked up. */
  | { readonly kind: 'table' }
  /** Stands among what is computed, as a class token does among the patches. */
  | { readonly kind: 'token' }
  /** The factor and the summand of a normalisation, and what exporters write as a Mul or an Add of its own. */
  | { readonly kind: 'scale' }
  | { readonly kind: 'shift' }
  /** Of a PRelu. */
  | { readonly kind: 'slope' }
  /** The scale of a quantiser, the step of its grid. */
  | { readonly kind: 'step' }
  /** The few values that the elements of a weight have. */
  | { readonly kind: 'codebook' }

/**
 * The role of each constant that learns. The rank does not tell: the slopes of a PRelu and the scales of a group norm are
 * written as [c, 1, 1]. Where several operators read a constant, the first decides; a quantiser's weight has the role that
 * the quantiser's reader gives it.
 */
export function rolesOf(graph: Graph): ReadonlyMap<string, Role> {
  const trained = trainedNames(graph)
  const stored = storedWeights(graph)
  const shapeOf = (name: string) => stored.get(name)?.shape ?? []
  const roles = new Map<string, Role>()
  const set = (name: string, role: () => Role) => {
    if (trained.has(name) && !roles.has(name)) roles.set(name, role())
  }
  for (const node of graph.nodes) {
    const standIn = standInOf(node)
    if (standIn?.kind === 'quantizer') set(standIn.scale, () => ({ kind: 'step' }))
    else if (standIn?.kind === 'lookup') set(standIn.codebook, () => ({ kind: 'codebook' }))
    else
      node.inputs.forEach((name, input) => {
        set(stored.get(name)?.learned ?? name, () => roleOf(shapeOf, node, input))
      })
  }
  return roles
}

/** Whether weight decay pulls at it: at what multiplies as a matrix or is looked up, not at scales, shifts and biases. */
export function decays({ kind }: Role): boolean {
  return kind === 'weight' || kind === 'table' || kind === 'codebook'
}

function roleOf(shapeOf: (name: string) => readonly number[], node: Node, input: number): Role {
  const shape = (index: number) => shapeOf(node.inputs[index] ?? '')
  switch (node.op) {
    case 'Conv':
    case 'ConvTranspose': {
      // As PyTorch counts it: of a transposed one [in, out, ...kernel], by its outputs.
      const fanIn = elementCount(shape(1).slice(1))
      return { kind: input === 1 ? 'weight' : 'bias', fanIn }
    }
    case 'Gemm': {
      // A bias is added to the sums of the matrix B.
      const matrix = input === 0 ? 0 : 1
      const turned = intAttribute(node, matrix === 0 ? 'transA' : 'transB', 0) === 1
      const summed = (matrix === 0) === turned ? 0 : 1
      return { kind: input === 2 ? 'bias' : 'weight', fanIn: shape(matrix)[summed] ?? 1 }
    }
    case 'MatMul':
      return {
        kind: 'weight',
        fanIn: shape(input).at(input === 0 ? -1 : Math.max(-2, -shape(1).length)) ?? 1,
      }
    case 'Einsum':
      return { kind: 'weight', fanIn: einsumFanIn(node, input, shape(input)) }
    case 'LSTM':
    case 'GRU':
    case 'RNN':
      // PyTorch draws all of a recurrent layer by the width of its state, the last axis of R.
      return { kind: input === 3 ? 'bias' : 'weight', fanIn: shape(2).at(-1) ?? 1 }
    case 'Gather':
      return { kind: 'table' }
    case 'Concat':
    case 'Expand':
      return { kind: 'token' }
    case 'PRelu':
      return { kind: 'slope' }
    case 'Mul':
      return { kind: 'scale' }
    case 'BatchNormalization':
    case 'LayerNormalization':
    case 'InstanceNormalization':
    case 'GroupNormalization':
      return { kind: input === 1 ? 'scale' : 'shift' }
    default:
      return { kind: 'shift' }
  }
}

/** How many of an operand's elements go into a sum: the letters that the output lacks. */
function einsumFanIn(node: Node, input: number, shape: readonly number[]): number {
  const equation = equationOf(node)
  if (equation === undefined) return shape[0] ?? 1
  const letters = input === 0 ? equation.left : equation.right
  return elementCount(shape.filter((_, axis) => !equation.output.includes(letters[axis] ?? '')))
}
