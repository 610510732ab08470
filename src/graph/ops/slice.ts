import { frontAxis } from '../axes.js'
import type { Coupling } from '../coupling/coupling.js'
import { type Labels, takeEach } from '../coupling/labels.js'
import type { Integers } from '../integers.js'
import { GraphError, type Node } from '../types.js'
import type { Op } from './op.js'

/** What is cut out along one axis: every `step`-th index from `start` to before `end`, which may lie beyond its ends. */
interface Cut {
  readonly axis: number
  readonly start: Integers[number]
  readonly end: Integers[number]
  readonly step: number
}

/** The cuts of a node; undefined where only the running model knows them. */
function cutsOf(
  node: Node,
  rank: number,
  integers: (name: string) => Integers | undefined,
): Cut[] | undefined {
  const [, starts, ends, axes, steps] = [0, 1, 2, 3, 4].map(i => node.inputs[i] ?? '')
  const [from, to] = [integers(starts!), integers(ends!)]
  if (from === undefined || to === undefined) return undefined
  const along = axes === '' ? from.map((_, axis) => axis) : integers(axes!)?.map(({ value }) => value)
  const step = steps === '' ? from.map(() => 1) : integers(steps!)?.map(({ value }) => value)
  if (along === undefined || step === undefined) return undefined
  if (new Set(along.map(axis => frontAxis(axis, rank))).size < along.length)
    throw new GraphError(`node ${node.id} (Slice): it cuts along one of the axes [${along}] twice`)
  return from.map((start, i) => {
    return { axis: frontAxis(along[i] ?? 0, rank), start, end: to[i] ?? start, step: step[i] ?? 1 }
  })
}

/** The first index that stays along an axis of `size` and how many do, after the ONNX specification of Slice. */
function spanOf({ start, end, step }: Cut, size: number): { readonly first: number; readonly count: number } {
  const front = ({ value }: Integers[number]) => (value < 0 ? value + size : value)
  const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1]
  const first = clamp(front(start), step > 0 ? low : 0, high)
  const last = clamp(front(end), low, high)
  return { first, count: step === 0 ? 0 : Math.max(0, Math.ceil((last - first) / step)) }
}

/** The indices that a Slice takes along each axis that it cuts; undefined where only the running model knows them. */
export function slicedIndices(
  node: Node,
  shape: readonly number[],
  integers: (name: string) => Integers | undefined,
): ReadonlyMap<number, readonly number[]> | undefined {
  const cuts = cutsOf(node, shape.length, integers)
  const indicesOf = (cut: Cut) => {
    const { first, count } = spanOf(cut, shape[cut.axis] ?? 0)
    return Array.from({ length: count }, (_, i) => first + i * cut.step)
  }
  return cuts && new Map(cuts.map(cut => [cut.axis, indicesOf(cut)]))
}

/** A bound counts the channels before it, or with a minus those from it on. */
function countBound(
  node: Node,
  whole: Labels,
  axis: number,
  number: Integers[number],
  coupling: Coupling,
): void {
  const size = whole.shape[axis]!
  if (number.origin.kind === 'literal' && (number.value === 0 || Math.abs(number.value) >= size)) return
  const first = number.value < 0 ? size + number.value : 0
  const last = number.value < 0 ? size : Math.min(size, number.value)
  const part = takeEach(whole, axis, Math.max(0, last - first), i => first + i)
  coupling.counts.push({ node, number, whole, part, axis })
}

/** Slice: what is cut out keeps its atoms, and bounds that count channels change with them. */
export const slice: Op = {
  shapes(node, shapes) {
    const from = shapes.of(node.inputs[0] ?? '')
    const shape = [...from]
    const cuts = cutsOf(node, from.length, name => shapes.integers(name))
    for (const cut of cuts ?? []) shape[cut.axis] = spanOf(cut, from[cut.axis] ?? 0).count
    return cuts && [shape]
  },
  couple(node, coupling) {
    const input = coupling.labels(node.inputs[0] ?? '', node)
    const cuts = cutsOf(node, input.shape.length, name => coupling.integers(name))
    if (cuts === undefined)
      return coupling.opaque(node, `${node.id}: what it cuts out is known only when the model runs`)
    let labels = input
    for (const cut of cuts) {
      const { axis, start, end, step } = cut
      const { first, count } = spanOf(cut, input.shape[axis]!)
      if (count < input.shape[axis]! || step !== 1) {
        labels = coupling.indexed(labels, axis, node)
        if (step !== 1) labels = coupling.even(labels, [axis], `${node.id}: it takes every ${step}th channel`)
        for (const bound of [start, end]) countBound(node, labels, axis, bound, coupling)
      }
      labels = takeEach(labels, axis, count, i => first + i * step)
    }
    coupling.label(node.outputs[0] ?? '', labels)
  },
}
