import { type Integer, sizesRead } from '../integers.js'
import type { Graph, Node } from '../types.js'
import type { Count, Coupling } from './coupling.js'
import type { Labels } from './labels.js'
import { rootsAlong, rootsAt } from './straighten.js'

/** An element of a constant that says how many of some channels there are. */
export interface CountPlace {
  readonly tensor: string
  readonly element: number
  /** The representatives of the atoms that are counted. */
  readonly atoms: Int32Array
}

/** A constant whose elements are indices of channels. */
export interface PointerPlace {
  readonly tensor: string
  /** The representatives of the atoms along the axis that it points into. */
  readonly atoms: Int32Array
}

export interface SizePlaces {
  readonly counts: readonly CountPlace[]
  readonly pointers: readonly PointerPlace[]
}

/**
 * Settles every number that must fit how many channels there are: one that is written into a constant is written anew
 * when channels go, and one that the model reads from a value that shrinks alike is right by itself. Any other, and any
 * figure made of a number of channels that no rule speaks for, keeps its channels.
 */
export function settleSizes(graph: Graph, coupling: Coupling): SizePlaces {
  const readers = readerCounts(graph)
  const counts = new Map<string, CountPlace>()
  for (const count of coupling.counts) {
    const counted = rootsOfPart(coupling, count)
    const number = withoutBatch(coupling, count.number, count.node)
    const { origin } = number
    const reason = `${count.node.id}: a size it is given would not fit fewer channels`
    const freezeAll = () => {
      if (counted !== undefined) coupling.freeze(count.whole, reason)
      freezeRead(coupling, number, count.node, reason)
    }
    switch (origin.kind) {
      case 'literal': {
        if (counted === undefined) break
        const key = `${origin.element} ${origin.tensor}`
        const known = counts.get(key)
        const place = { tensor: origin.tensor, element: origin.element, atoms: counted }
        if (readers.get(origin.tensor) === 1 && (known === undefined || sameAtoms(known.atoms, counted)))
          counts.set(key, place)
        else {
          freezeAll()
          for (const atom of known?.atoms ?? []) coupling.atoms.freeze(atom, reason)
        }
        break
      }
      case 'size': {
        const read = rootsAlong(coupling, coupling.labels(origin.of, count.node), origin.axis)
        const fits =
          read === undefined ? counted === undefined : counted !== undefined && sameAtoms(read, counted)
        if (!fits) freezeAll()
        break
      }
      case 'computed':
        freezeAll()
        break
    }
  }
  freezeUnclaimed(graph, coupling)
  const pointers = coupling.pointers.flatMap(({ node, tensor, whole, axis }) => {
    const atoms = rootsAlong(coupling, whole, axis)
    if (atoms === undefined) return []
    if (readers.get(tensor) === 1) return [{ tensor, atoms }]
    coupling.freeze(whole, `${node.id}: other operators read the same indices`)
    return []
  })
  return { counts: [...counts.values()], pointers }
}

/**
 * What a number counts beside the batch: exporters reshape to batch times heads, which at batch 1 is the heads alone. The
 * factor of 1 must not depend on channels.
 */
function withoutBatch(coupling: Coupling, number: Integer, node: Node): Integer {
  const { origin } = number
  if (origin.kind !== 'computed' || origin.op !== 'Mul') return number
  const [one, other] = [...origin.from].sort((a, b) => Number(b.value === 1) - Number(a.value === 1))
  const readsChannels = (part: Integer) =>
    sizesRead(part.origin).some(
      ({ of, axis }) => rootsAlong(coupling, coupling.labels(of, node), axis) !== undefined,
    )
  if (one === undefined || other === undefined || one.value !== 1 || readsChannels(one)) return number
  return withoutBatch(coupling, other, node)
}

function rootsOfPart(coupling: Coupling, { whole, part, axis }: Count): Int32Array | undefined {
  return rootsAlong(coupling, whole, axis) && rootsAt(coupling, part, axis)
}

function sameAtoms(a: Int32Array, b: Int32Array): boolean {
  const [left, right] = [a.slice().sort(), b.slice().sort()]
  return left.length === right.length && left.every((atom, i) => atom === right[i])
}

/** How many inputs each name is, sub-graphs left out: what they read is frozen elsewhere. */
function readerCounts(graph: Graph): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { inputs } of graph.nodes)
    for (const name of inputs) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

function freezeRead(coupling: Coupling, { origin }: Integer, node: Node, reason: string): void {
  for (const { of, axis } of sizesRead(origin)) {
    const labels: Labels = coupling.labels(of, node)
    if (rootsAlong(coupling, labels, axis) !== undefined) coupling.freeze(labels, reason)
  }
}

/** Freezes channels whose number reaches an operator that did not say what it does with it, or a graph output. */
function freezeUnclaimed(graph: Graph, coupling: Coupling): void {
  const claimed = new Map<Node, Set<Integer>>()
  for (const { node, number } of coupling.counts)
    claimed.set(node, (claimed.get(node) ?? new Set()).add(number))
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  for (const node of graph.nodes) {
    const reason = `${node.id}: the model computes with the number of channels`
    const carriesOn = node.outputs.every(name => coupling.integers(name) !== undefined)
    for (const name of node.inputs) {
      if (carriesOn) continue
      for (const number of coupling.integers(name) ?? [])
        if (claimed.get(node)?.has(number) !== true) freezeRead(coupling, number, node, reason)
    }
    for (const name of node.outputs.filter(output => outputs.has(output)))
      for (const number of coupling.integers(name) ?? []) freezeRead(coupling, number, node, reason)
  }
}
