import { GraphError } from '../../../graph/types.js'
import type { GraphNode } from './schema.js'

/** What an input names: a node and which of its outputs. */
export interface Reference {
  readonly node: string
  readonly output: number
}

/** `name`, `name:1`; undefined for `^name`, which only orders execution. */
export function reference(input: string): Reference | undefined {
  if (input.startsWith('^')) return undefined
  const [, node = input, output = '0'] = /^(.*):(\d+)$/.exec(input) ?? []
  return { node, output: Number(output) }
}

/** The nodes by name. @throws GraphError for a name that comes twice. */
export function byName(nodes: readonly GraphNode[]): ReadonlyMap<string, GraphNode> {
  const found = new Map<string, GraphNode>()
  for (const node of nodes) {
    if (found.has(node.name)) throw new GraphError(`node ${node.name} is defined twice`)
    found.set(node.name, node)
  }
  return found
}

/**
 * The nodes that the outputs need, each after those it reads. Without recursion: a chain of a damaged file may be long.
 * @throws GraphError for an input that no node defines, and for a cycle
 */
export function ordered(nodes: ReadonlyMap<string, GraphNode>, outputs: readonly string[]): GraphNode[] {
  const order: GraphNode[] = []
  const state = new Map<string, 'open' | 'done'>()
  const stack = outputs.map(name => ({ name, reader: 'the model' })).reverse()
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const { name, reader } = top
    const node = nodes.get(name)
    if (node === undefined) throw new GraphError(`${reader} reads ${name}, which is not in the graph`)
    if (state.get(name) === undefined) {
      state.set(name, 'open')
      for (const input of node.input ?? []) {
        const source = reference(input)?.node
        if (source === undefined || state.get(source) === 'done') continue
        if (state.get(source) === 'open')
          throw new GraphError(`node ${source} depends on itself: the graph has a cycle`)
        stack.push({ name: source, reader: `node ${name}` })
      }
    } else {
      stack.pop()
      if (state.get(name) === 'open') order.push(node)
      state.set(name, 'done')
    }
  }
  return order
}
