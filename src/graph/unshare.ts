import type { Graph, Node, Tensor } from './types.js'

/** Inputs of an operator that hold one value a channel, and the input that says whose channels these are. */
const perChannel = new Map<string, { readonly inputs: readonly number[]; readonly owner: number }>([
  ['Conv', { inputs: [2], owner: 1 }],
  ['ConvTranspose', { inputs: [2], owner: 1 }],
  ['Gemm', { inputs: [2], owner: 1 }],
  ['BatchNormalization', { inputs: [1, 2, 3, 4], owner: 0 }],
  ['InstanceNormalization', { inputs: [1, 2], owner: 0 }],
  ['GroupNormalization', { inputs: [1, 2], owner: 0 }],
  ['LayerNormalization', { inputs: [1, 2], owner: 0 }],
  ['PRelu', { inputs: [1], owner: 0 }],
])

/** Operators whose constants may be one value a channel, or numbers and indices that change with the channels. */
const ofTheirOwn = new Set(['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Where'])
const ofNumbers = new Set(['Reshape', 'Split', 'Slice', 'Gather', 'Concat', 'Resize', 'Expand', 'Tile'])

/** A longer one that is shared would make the file larger. */
const LONGEST_VECTOR = 2 ** 14

/** Whether a node should have a copy of a constant that others read too. */
function wantsOwn({ op, domain }: Node, { dtype, shape, data }: Tensor): boolean {
  if (domain !== '' || data.length > LONGEST_VECTOR) return false
  const vector = shape.filter(size => size > 1).length === 1
  return (ofTheirOwn.has(op) && vector) || (ofNumbers.has(op) && dtype === 'int64')
}

/**
 * Gives each layer its own bias and scales, and each operator its own numbers. Exporters store equal constants once: two
 * layers whose biases are all zero would have to keep the same channels. Layers that share their weight keep sharing the
 * rest.
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
    const owner = known === undefined ? node.id : (node.inputs[known.owner] ?? '')
    const inputs = node.inputs.map((name, i) => {
      const tensor = graph.initializers.get(name)
      const apart = known?.inputs.includes(i) ?? (tensor !== undefined && wantsOwn(node, tensor))
      return apart ? own(name, owner) : name
    })
    return { ...node, inputs }
  })
  return { ...graph, nodes, initializers }
}
