import { capturedNames, dropDead } from './constants.js'
import type { Graph, Node } from './types.js'

/**
 * The value that a node hands on, by its name; undefined where it makes another. It is given the nodes that stay, by what
 * they make.
 */
export type HandsOn = (node: Node, makers: ReadonlyMap<string, Node>) => string | undefined

/** The graph without nodes that hand on what they read. One that makes an output of the graph stays, as outputs keep their names. */
export function bypass(graph: Graph, handsOn: HandsOn): Graph {
  const kept = new Set([...graph.outputs.map(({ name }) => name), ...graph.nodes.flatMap(capturedNames)])
  const alias = new Map<string, string>()
  const makers = new Map<string, Node>()
  const nodes = graph.nodes.flatMap(given => {
    const node = { ...given, inputs: given.inputs.map(name => alias.get(name) ?? name) }
    const [output = '', ...others] = node.outputs
    const source = handsOn(node, makers)
    const goes = source !== undefined && !kept.has(output) && others.every(name => name === '')
    if (goes) alias.set(output, source)
    else for (const name of node.outputs) makers.set(name, node)
    return goes ? [] : [node]
  })
  return alias.size === 0 ? graph : dropDead({ ...graph, nodes })
}
