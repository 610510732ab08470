import { usedNames } from '../constants.js'
import { inferShapes } from '../shapes.js'
import type { Graph, Node, Tensor } from '../types.js'

/** Who makes and who reads each value. */
export interface Links {
  maker(name: string): Node | undefined
  readers(name: string): readonly Node[]
  /** Whether a value is a graph output or a sub-graph reads it. */
  outside(name: string): boolean
  constant(name: string): Tensor | undefined
  /** Undefined where it is not known. */
  shape(name: string): readonly number[] | undefined
}

export function linksOf(graph: Graph): Links {
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(name => [name, node] as const)))
  const readers = new Map<string, Node[]>()
  for (const node of graph.nodes)
    for (const name of new Set(node.inputs)) {
      const known = readers.get(name)
      if (known === undefined) readers.set(name, [node])
      else known.push(node)
    }
  const outside = usedNames({ ...graph, nodes: graph.nodes.map(node => ({ ...node, inputs: [] })) })
  const shapes = inferShapes(graph)
  return {
    maker: name => makers.get(name),
    readers: name => readers.get(name) ?? [],
    outside: name => outside.has(name),
    constant: name => graph.initializers.get(name),
    shape: name => shapes.get(name),
  }
}

/** A node of the standard domain that is the operator `op`. */
export function isOp(node: Node | undefined, op: string): node is Node {
  return node?.op === op && node.domain === ''
}

/** The input of a node of two inputs beside `name`; undefined for a node that is not `op` or does not read `name`. */
export function besides(node: Node | undefined, op: string, name: string): string | undefined {
  if (!isOp(node, op) || !node.inputs.includes(name)) return undefined
  return node.inputs.find(other => other !== name)
}
