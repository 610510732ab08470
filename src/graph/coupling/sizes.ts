import { capturedNames } from '../constants.js'
import { type Integer, literalsRead, sizesRead } from '../integers.js'
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
  const elsewhere = usedElsewhere(graph, coupling)
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
        const key = keyOf(origin)
        const known = counts.get(key)
        const place = { tensor: origin.tensor, element: origin.element, atoms: counted }
        const alone = readers.get(origin.tensor) === 1 && !elsewhere.has(key)
        if (alone && (known === undefined || sameAtoms(known.atoms, counted))) counts.set(key, place)
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

/** How many inputs of nodes and sub-graphs and how many graph outputs each name is. */
function readerCounts(graph: Graph): Map<string, number> {
  const counts = new Map<string, number>()
  const read = graph.nodes.flatMap(node => [...node.inputs, ...capturedNames(node)])
  for (const name of [...read, ...graph.outputs.map(output => output.name)])
    counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

function keyOf({ element, tensor }: { readonly element: number; readonly tensor: string }): string {
  return `${element} ${tensor}`
}

/**
 * Numbers of constants that reach, through lists of sizes, a place where they do not count channels: to write them anew
 * would be wrong there.
 */
function usedElsewhere(graph: Graph, coupling: Coupling): Set<string> {
  const counts = coupling.counts.filter(
    count => withoutBatch(coupling, count.number, count.node).origin.kind === 'literal',
  )
  const counting = new Map<Node, Set<Integer>>()
  for (const count of counts)
    if (rootsOfPart(coupling, count) !== undefined)
      counting.set(count.node, (counting.get(count.node) ?? new Set()).add(count.number))
  const found = unclaimed(graph, coupling, counting).flatMap(({ number }) => literalsRead(number.origin))
  return new Set(found.map(keyOf))
}

function freezeRead(coupling: Coupling, { origin }: Integer, node: Node, reason: string): void {
  for (const { of, axis } of sizesRead(origin)) {
    const labels: Labels = coupling.labels(of, node)
    if (rootsAlong(coupling, labels, axis) !== undefined) coupling.freeze(labels, reason)
  }
}

/** Numbers that reach an operator that is not among those that claim them, a sub-graph or a graph output. */
function unclaimed(
  graph: Graph,
  coupling: Coupling,
  claimed: ReadonlyMap<Node, ReadonlySet<Integer>>,
): { readonly node: Node; readonly number: Integer }[] {
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  const numbers = (name: string) => coupling.integers(name) ?? []
  return graph.nodes.flatMap(node => {
    const carriesOn = node.outputs.every(name => coupling.integers(name) !== undefined)
    const read = carriesOn ? [] : node.inputs.flatMap(numbers)
    const free = read.filter(number => claimed.get(node)?.has(number) !== true)
    const outside = [...capturedNames(node), ...node.outputs.filter(name => outputs.has(name))]
    return [...free, ...outside.flatMap(numbers)].map(number => ({ node, number }))
  })
}

/** Freezes channels whose number reaches an operator that did not say what it does with it, or a graph output. */
function freezeUnclaimed(graph: Graph, coupling: Coupling): void {
  const claimed = new Map<Node, Set<Integer>>()
  for (const { node, number } of coupling.counts)
    claimed.set(node, (claimed.get(node) ?? new Set()).add(number))
  for (const { node, number } of unclaimed(graph, coupling, claimed))
    freezeRead(coupling, number, node, `${node.id}: the model computes with the number of channels`)
}
