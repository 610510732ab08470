import { capturedNames, dropUnused, usedNames } from '../../../graph/constants.js'
import { inferShapes } from '../../../graph/shapes.js'
import { type Graph, GraphError, type Node, type Tensor } from '../../../graph/types.js'
import type { Rewriting, Rule } from './rule.js'

/** The graph with each node as its rule has it; undefined where a rule has no way to say a node. */
export function rewrite(graph: Graph, ruleOf: (node: Node) => Rule | undefined): Graph | undefined {
  const initializers = new Map(graph.initializers)
  const rewriting = rewritingOf(graph, initializers)
  const ids = new Set(graph.nodes.map(node => node.id))
  const nodes: Node[] = []
  for (const node of graph.nodes) {
    const rule = ruleOf(node)
    const made = rule === undefined ? [node] : rule(node, rewriting)
    if (made === undefined) return undefined
    for (const one of made) nodes.push(one.id === node.id ? one : { ...one, id: unlike(ids, one.id) })
  }
  return dropUnused({ ...graph, nodes, initializers })
}

function rewritingOf(graph: Graph, initializers: Map<string, Tensor>): Rewriting {
  const taken = new Set([
    ...graph.inputs.map(input => input.name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap(node => [...node.outputs, ...capturedNames(node)]),
  ])
  const read = usedNames(graph)
  const ranks = lazily(() => ranksOf(graph))
  const fresh = (wish: string) => unlike(taken, wish)
  return {
    opset: graph.opset,
    constant: name => graph.initializers.get(name),
    rank: name => ranks().get(name),
    isRead: name => read.has(name),
    fresh,
    add(wish, tensor) {
      const name = fresh(wish)
      initializers.set(name, tensor)
      return name
    },
  }
}

/** A name like the one wished for and unlike those taken, which it joins. */
function unlike(taken: Set<string>, wish: string): string {
  let name = wish
  for (let i = 1; taken.has(name); i++) name = `${wish}_${i}`
  taken.add(name)
  return name
}

/** Ranks as far as shapes can be told; a model whose shapes cannot has its say elsewhere. */
function ranksOf(graph: Graph): ReadonlyMap<string, number> {
  try {
    return new Map([...inferShapes(graph)].map(([name, shape]) => [name, shape.length]))
  } catch (error) {
    if (error instanceof GraphError) return new Map()
    throw error
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
