import { capturedNames } from '../../graph/constants.js'
import { fakeQuantizeNode, fakeQuantizeOf } from '../../graph/fake-quantize.js'
import type { Graph } from '../../graph/types.js'

/**
 * The graph with each quantiser, what it makes and its own constants called after what it reads: how long their names are
 * must not depend on which others there are. Names that others read in ways of their own, or that are taken, stay.
 */
export function nameQuantizers(graph: Graph): Graph {
  const reads = new Map<string, number>()
  for (const name of graph.nodes.flatMap(({ inputs }) => inputs)) reads.set(name, (reads.get(name) ?? 0) + 1)
  const fixed = new Set([...graph.nodes.flatMap(capturedNames), ...graph.outputs.map(({ name }) => name)])
  const taken = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap(({ id, outputs }) => [id, ...outputs]),
  ])
  const names = new Map<string, string>()
  const ids = new Map<string, string>()
  for (const node of graph.nodes) {
    const q = fakeQuantizeOf(node)
    if (q === undefined || fixed.has(q.output)) continue
    const constants = [q.scale, q.zeroPoint].filter(name => name !== '')
    if (constants.some(name => fixed.has(name) || reads.get(name) !== 1 || !graph.initializers.has(name)))
      continue
    const id = `${q.input}/quantize`
    const wishes = new Map([
      [q.output, `${q.input}/quantized`],
      [q.scale, `${q.input}/scale`],
      ...(q.zeroPoint === '' ? [] : [[q.zeroPoint, `${q.input}/zero`] as const]),
    ])
    const own = new Set([node.id, q.output, ...constants])
    if ([id, ...wishes.values()].some(name => taken.has(name) && !own.has(name))) continue
    for (const name of [id, ...wishes.values()]) taken.add(name)
    ids.set(node.id, id)
    for (const [from, to] of wishes) names.set(from, to)
  }
  const named = (name: string) => names.get(name) ?? name
  const nodes = graph.nodes.map(node => {
    const q = ids.has(node.id) ? fakeQuantizeOf(node) : undefined
    if (q === undefined) return { ...node, inputs: node.inputs.map(named) }
    const [output, scale, zeroPoint] = [named(q.output), named(q.scale), named(q.zeroPoint)]
    return fakeQuantizeNode(ids.get(node.id)!, { ...q, input: named(q.input), output, scale, zeroPoint })
  })
  const initializers = new Map([...graph.initializers].map(([name, tensor]) => [named(name), tensor]))
  return { ...graph, nodes, initializers }
}
