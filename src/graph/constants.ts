import { intAttribute } from './attributes.js'
import { castTensor } from './cast.js'
import { elementTypeOf } from './element-types.js'
import { floatTensor, int64Tensor } from './tensor.js'
import { type Graph, GraphError, type Node, type Tensor } from './types.js'

/**
 * Constant nodes become initializers, as does a Cast of a constant, and an Identity of one is that constant under another
 * name, so that every later step finds a weight in one place. An Identity that a graph output or a sub-graph reads stays.
 * @throws GraphError for a sparse constant
 */
export function foldConstants(graph: Graph): Graph {
  const initializers = new Map(graph.initializers)
  const kept = new Set([...graph.outputs.map(output => output.name), ...graph.nodes.flatMap(capturedNames)])
  const alias = new Map<string, string>()
  const nodes: Node[] = []
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(name => alias.get(name) ?? name)
    const [source = ''] = inputs
    const [output = ''] = node.outputs
    const constant = node.domain === '' ? constantOf(node, initializers.get(source)) : undefined
    if (constant !== undefined) initializers.set(output, constant)
    else if (node.op === 'Identity' && node.domain === '' && initializers.has(source) && !kept.has(output))
      alias.set(output, source)
    else nodes.push({ ...node, inputs })
  }
  return dropUnused({ ...graph, nodes, initializers })
}

/** The constant that a node makes of none or of the one it reads; undefined where it makes something else. */
function constantOf(node: Node, source: Tensor | undefined): Tensor | undefined {
  if (node.op === 'Constant') return constantValue(node)
  const to = node.op === 'Cast' ? elementTypeOf(intAttribute(node, 'to', 0)) : undefined
  return source === undefined || to === undefined ? undefined : castTensor(source, to)
}

function constantValue(node: Node): Tensor | undefined {
  const { value, value_float, value_floats, value_int, value_ints, sparse_value } = node.attributes
  if (sparse_value !== undefined) throw new GraphError(`node ${node.id}: sparse constants are not supported`)
  if (value?.kind === 'tensor') return value.value
  if (value_float?.kind === 'float') return floatTensor([], [value_float.value])
  if (value_floats?.kind === 'floats') return floatTensor([value_floats.value.length], value_floats.value)
  if (value_int?.kind === 'int') return int64Tensor([], [value_int.value])
  if (value_ints?.kind === 'ints') return int64Tensor([value_ints.value.length], value_ints.value)
  return undefined
}

/** Every name that sub-graphs within a node read from the graph around them. */
export function capturedNames(node: Node): string[] {
  return Object.values(node.attributes).flatMap(attribute =>
    attribute.kind === 'opaque' ? attribute.captures : [],
  )
}

/** Every name that a node, a sub-graph within it or the graph's outputs read. */
export function usedNames(graph: Graph): Set<string> {
  const read = graph.nodes.flatMap(node => [...node.inputs, ...capturedNames(node)])
  return new Set([...graph.outputs.map(output => output.name), ...read])
}

/** The graph without the constants that nothing reads. */
export function dropUnused(graph: Graph): Graph {
  const used = usedNames(graph)
  const initializers = new Map([...graph.initializers].filter(([name]) => used.has(name)))
  return { ...graph, initializers }
}

/** The graph without the nodes and constants that nothing reads. */
export function dropDead(graph: Graph): Graph {
  const used = new Set(graph.outputs.map(({ name }) => name))
  // From the back, where each node's readers have been seen: no value of a long dead chain is left for another pass.
  const nodes = graph.nodes.toReversed().filter(node => {
    const alive = node.outputs.some(name => used.has(name))
    if (alive) for (const name of [...node.inputs, ...capturedNames(node)]) used.add(name)
    return alive
  })
  return dropUnused({ ...graph, nodes: nodes.toReversed() })
}
