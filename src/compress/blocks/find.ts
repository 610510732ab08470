import { capturedNames, dropDead } from '../../graph/constants.js'
import { layerCosts } from '../../graph/cost.js'
import { inferShapes } from '../../graph/shapes.js'
import type { Graph, Node } from '../../graph/types.js'

/** A residual block: a value is what another, the skip, is plus what a chain of layers makes of it. */
export interface ResidualBlock {
  /** The node that adds the two. */
  readonly name: string
  readonly sum: string
  readonly skip: string
  /** Nodes that do nothing once the block is gone, the sum's among them, in the graph's order. */
  readonly nodes: readonly string[]
}

/**
 * The blocks of a graph that can go, each and all of them together: an Add of two values of one shape, one of them made of the
 * other by layers with weights. Left out are blocks within others, those that share layers, and those that multiply two
 * computed values, whose MACs are not told by layer.
 */
export function residualBlocks(graph: Graph): ResidualBlock[] {
  const shapes = inferShapes(graph)
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(name => [name, node] as const)))
  const kept = new Set([...graph.outputs.map(({ name }) => name), ...graph.nodes.flatMap(capturedNames)])
  const costs = layerCosts(graph)
  const weighted = new Set(costs.flatMap(({ node, weight }) => (weight === null ? [] : [node])))
  const multiplied = new Set(costs.flatMap(({ node, weight }) => (weight === null ? [node] : [])))
  const found: ResidualBlock[] = []
  const taken = new Set<string>()
  for (const add of graph.nodes) {
    const block = blockOf(graph, add, shapes, makers, kept)
    if (block === undefined || !block.nodes.some(id => weighted.has(id))) continue
    if (block.nodes.some(id => taken.has(id) || multiplied.has(id))) continue
    found.push(block)
    for (const id of block.nodes) taken.add(id)
  }
  // Layers that only several blocks together read would go with the last of them.
  const all = new Set(found.flatMap(({ nodes }) => nodes))
  return deadWithout(graph, found).every(id => all.has(id)) ? found : []
}

function blockOf(
  graph: Graph,
  add: Node,
  shapes: ReadonlyMap<string, readonly number[]>,
  makers: ReadonlyMap<string, Node>,
  kept: ReadonlySet<string>,
): ResidualBlock | undefined {
  const [a = '', b = ''] = add.inputs
  const [sum = ''] = add.outputs
  if (add.op !== 'Add' || add.domain !== '' || kept.has(sum) || a === b) return undefined
  const shape = shapes.get(sum)?.join()
  if (shape === undefined || [a, b].some(name => shapes.get(name)?.join() !== shape)) return undefined
  const skip = [a, b].find(name => makesOf(name === a ? b : a, name, makers))
  if (skip === undefined) return undefined
  const nodes = deadWithout(graph, [{ sum, skip }])
  return { name: add.id, sum, skip, nodes }
}

/** Whether a value is made of another. */
function makesOf(value: string, source: string, makers: ReadonlyMap<string, Node>): boolean {
  const seen = new Set<string>()
  const stack = [value]
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    if (name === source) return true
    if (seen.has(name)) continue
    seen.add(name)
    const maker = makers.get(name)
    if (maker !== undefined) stack.push(...maker.inputs, ...capturedNames(maker))
  }
  return false
}

type Shortcut = Pick<ResidualBlock, 'sum' | 'skip'>

/** Nodes that do nothing once the sums of some blocks are their skips. */
function deadWithout(graph: Graph, blocks: readonly Shortcut[]): string[] {
  const alive = new Set(removeBlocks(graph, blocks).nodes.map(({ id }) => id))
  return graph.nodes.flatMap(({ id }) => (alive.has(id) ? [] : [id]))
}

/** The graph with some blocks' sums replaced by their skips, without what then does nothing. */
export function removeBlocks(graph: Graph, blocks: readonly Shortcut[]): Graph {
  const skips = new Map(blocks.map(({ sum, skip }) => [sum, skip]))
  // A skip may be the sum of another block that goes.
  const sourceOf = (name: string): string => {
    let source = name
    for (let next = skips.get(source); next !== undefined; next = skips.get(source)) source = next
    return source
  }
  const nodes = graph.nodes.map(node => ({ ...node, inputs: node.inputs.map(sourceOf) }))
  return dropDead({ ...graph, nodes })
}
