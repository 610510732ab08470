import type { Graph } from './types.js'

/** Inputs of an operator that hold one value a channel, and the input that says whose channels these are. */
const perChannel = new Map<string, { readonly inputs: readonly number[]; readonly owner: number }>([
  ['Conv', { inputs: [2], owner: 1 }],
  ['ConvTranspose', { inputs: [2], owner: 1 }],
  ['Gemm', { inputs: [2], owner: 1 }],
  ['BatchNormalization', { inputs: [1, 2, 3, 4], owner: 0 }],
  ['PRelu', { inputs: [1], owner: 0 }],
])

/**
 * Gives each layer its own bias and scales. Exporters store equal constants once: two layers whose biases are all zero
 * would have to keep the same channels. Layers that share their weight keep sharing the rest.
 */
export function unshareConstants(graph: Graph): Graph {
  const initializers = new Map(graph.initializers)
  const owners = new Map<string, string>()
  const taken = new Set([...graph.initializers.keys(), ...graph.nodes.flatMap(node => node.outputs)])
  const own = (name: string, owner: string): string => {
    const tensor = graph.initializers.get(name)
    if (tensor === undefined) return name
    const first = owners.get(name) ?? owner
    owners.set(name, first)
    if (first === owner) return name
    const copy = `${name}/of/${owner}`
    if (!owners.has(copy) && taken.has(copy)) return name
    owners.set(copy, owner)
    initializers.set(copy, tensor)
    return copy
  }
  const nodes = graph.nodes.map(node => {
    const known = node.domain === '' ? perChannel.get(node.op) : undefined
    if (known === undefined) return node
    const owner = node.inputs[known.owner] ?? ''
    const inputs = node.inputs.map((name, i) => (known.inputs.includes(i) ? own(name, owner) : name))
    return { ...node, inputs }
  })
  return { ...graph, nodes, initializers }
}
