import { toNumbers } from './tensor.js'
import type { Graph, Node } from './types.js'

/** Operators that put the numbers they read elsewhere, leave some out or repeat some, and make no others. */
const moving = new Set(
  ['Reshape', 'Flatten', 'Transpose', 'Identity', 'Dropout', 'Squeeze', 'Unsqueeze', 'Slice', 'Split'].concat(
    ['MaxPool', 'GlobalMaxPool', 'DepthToSpace', 'SpaceToDepth', 'Expand', 'Tile', 'Gather', 'Pad'],
  ),
)

/** Whether what a node makes first are numbers of what it reads first, and zeros. */
export function movesOnly(graph: Graph, node: Node): boolean {
  if (node.domain !== '' || !moving.has(node.op) || graph.initializers.has(node.inputs[0] ?? '')) return false
  if (node.op !== 'Pad') return true
  const [, , value = ''] = node.inputs
  const filler = graph.initializers.get(value)
  return value === '' || (filler !== undefined && toNumbers(filler).every(x => x === 0))
}

/** By value the one whose numbers it holds: its own name where an operator makes new ones. */
export function sourcesOf(graph: Graph): (value: string) => string {
  const sources = new Map<string, string>()
  const of = (value: string) => sources.get(value) ?? value
  for (const node of graph.nodes) {
    if (!movesOnly(graph, node)) continue
    const outputs = node.op === 'Split' ? node.outputs : node.outputs.slice(0, 1)
    for (const output of outputs) sources.set(output, of(node.inputs[0] ?? ''))
  }
  return of
}
