import { toNumbers } from '../graph/tensor.js'
import type { Graph, Node } from '../graph/types.js'
import type { Activation } from './gradients/affine.js'
import { clipLimits } from './ops/unary.js'

/** Activations that the batch normalisation before them computes in its own pass, by that node and by themselves. */
export interface FusedActivations {
  readonly by: ReadonlyMap<Node, Activation>
  /** Activation nodes that hand on what they read. */
  readonly done: ReadonlySet<Node>
}

/** Finds each Relu and Clip to [0, 6] that alone reads a batch normalisation. */
export function fuseActivations(graph: Graph): FusedActivations {
  const readers = new Map<string, Node[]>()
  for (const node of graph.nodes)
    for (const name of node.inputs) readers.set(name, [...(readers.get(name) ?? []), node])
  const outputs = new Set(graph.outputs.map(output => output.name))
  const by = new Map<Node, Activation>()
  const done = new Set<Node>()
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs
    const [only, ...others] = readers.get(output) ?? []
    if (node.op !== 'BatchNormalization' || only === undefined || others.length > 0 || outputs.has(output))
      continue
    const activation = activationOf(graph, only)
    if (activation === 'linear') continue
    by.set(node, activation)
    done.add(only)
  }
  return { by, done }
}

function activationOf(graph: Graph, node: Node): Activation {
  if (node.op === 'Relu') return 'relu'
  if (node.op !== 'Clip') return 'linear'
  const [low, high] = clipLimits(node, index => {
    const constant = graph.initializers.get(node.inputs[index] ?? '')
    return constant === undefined ? undefined : toNumbers(constant)
  })
  return low === 0 && high === 6 ? 'relu6' : 'linear'
}
