import type { GraphNode } from '../graph-model/schema.js'
import { texts } from './attribute.js'

/** Activations that TF.js computes within a convolution or product. */
const activations = new Set(['Relu', 'Relu6', 'Elu'])

/** Operators that take one, behind their bias. */
const fusing = new Set(['_FusedConv2D', 'FusedDepthwiseConv2dNative', '_FusedMatMul'])

/** An activation that alone reads a layer becomes part of it, under the layer's name: one kernel instead of two. */
export function fuseActivations(nodes: readonly GraphNode[]): GraphNode[] {
  const reads = new Map<string, number>()
  for (const { input = [] } of nodes) for (const name of input) reads.set(name, (reads.get(name) ?? 0) + 1)
  const layers = new Set(nodes.filter(({ op }) => fusing.has(op)).map(({ name }) => name))
  const alias = new Map<string, string>()
  const activationOf = new Map<string, string>()
  for (const { name, op, input: [source = ''] = [] } of nodes) {
    if (!activations.has(op) || !layers.has(source) || reads.get(source) !== 1) continue
    alias.set(name, source)
    activationOf.set(source, op)
  }
  return nodes
    .filter(({ name }) => !alias.has(name))
    .map(node => {
      const activation = activationOf.get(node.name)
      const input = (node.input ?? []).map(name => alias.get(name) ?? name)
      if (activation === undefined) return { ...node, input }
      return { ...node, input, attr: { ...node.attr, fused_ops: texts(['BiasAdd', activation]) } }
    })
}
