import type { Graph } from '../types.js'
import type { Coupling, WeightAxis } from './coupling.js'

/**
 * A constant is cut once for all that read it. What reads it without saying how one of its axes takes part (a table that
 * another operator turns over, a graph output) needs that axis whole.
 */
export function settleReaders(graph: Graph, coupling: Coupling): void {
  const axesOf = new Map<string, WeightAxis[]>()
  for (const axis of coupling.weightAxes())
    axesOf.set(axis.tensor, [...(axesOf.get(axis.tensor) ?? []), axis])
  const freeze = (atoms: Int32Array, reason: string) => {
    for (const atom of atoms) coupling.atoms.freeze(atom, reason)
  }
  for (const node of graph.nodes)
    for (const name of node.inputs)
      for (const axis of axesOf.get(name) ?? [])
        if (!coupling.uses(node, axis)) freeze(axis.atoms, `${node.id}: it reads all of ${name}`)
  for (const { name } of graph.outputs)
    for (const { atoms } of axesOf.get(name) ?? []) freeze(atoms, `graph output ${name}`)
}
