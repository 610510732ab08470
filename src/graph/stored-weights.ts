import { type FakeQuantize, fakeQuantizeOf } from './fake-quantize.js'
import { type Lookup, lookupOf } from './lookup.js'
import type { Graph, Node } from './types.js'

/** What stands in a graph for a number of few bits. */
export type StandIn = ({ readonly kind: 'quantizer' } & FakeQuantize) | ({ readonly kind: 'lookup' } & Lookup)

/** @throws GraphError for a quantiser of bits that there are not. */
export function standInOf(node: Node): StandIn | undefined {
  const quantizer = fakeQuantizeOf(node)
  if (quantizer !== undefined) return { kind: 'quantizer', ...quantizer }
  const lookup = lookupOf(node)
  return lookup === undefined ? undefined : { kind: 'lookup', ...lookup }
}

/** A float32 weight as its readers see it. */
export interface StoredWeight {
  /** The constant that training changes: the weight, also where it is rounded first, or its codebook. */
  readonly learned: string
  readonly shape: readonly number[]
}

/** All float32 constants, and what quantisers and codebooks make of constants, by the names under which they are read. */
export function storedWeights(graph: Graph): ReadonlyMap<string, StoredWeight> {
  const stored = new Map<string, StoredWeight>()
  for (const [name, { dtype, shape }] of graph.initializers)
    if (dtype === 'float32') stored.set(name, { learned: name, shape })
  for (const node of graph.nodes) {
    const standIn = standInOf(node)
    const found = standIn === undefined ? undefined : beneath(graph, stored, standIn)
    if (found !== undefined) stored.set(node.outputs[0] ?? '', found)
  }
  return stored
}

function beneath(
  graph: Graph,
  stored: ReadonlyMap<string, StoredWeight>,
  standIn: StandIn,
): StoredWeight | undefined {
  switch (standIn.kind) {
    case 'quantizer':
      return stored.get(standIn.input)
    case 'lookup': {
      const indices = graph.initializers.get(standIn.indices)
      return indices === undefined ? undefined : { learned: standIn.codebook, shape: indices.shape }
    }
  }
}
