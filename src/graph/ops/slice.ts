import { frontAxis } from '../axes.js'
import type { Coupling } from '../coupling/coupling.js'
import { type Labels, takeLabels } from '../coupling/labels.js'
import type { Integers } from '../integers.js'
import type { Node } from '../types.js'
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
  return from.map((start, i) => {
    return { axis: frontAxis(along[i] ?? 0, rank), start, end: to[i] ?? start, step: step[i] ?? 1 }
  })
}

/** The indices that stay along an axis of `size`, after the ONNX specification of Slice. */
function indicesOf({ start, end, step }: Cut, size: number): number[] {
  const front = ({ value }: Integers[number]) => (value < 0 ? value + size : value)
  const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
  const indices: number[] = []
  if (step > 0) {
    const to = clamp(front(end), 0, size)
    for (let i = clamp(front(start), 0, size); i < to; i += step) indices.push(i)
  } else if (step < 0) {
    const to = clamp(front(end), -1, size - 1)
    for (let i = clamp(front(start), 0, size - 1); i > to; i += step) indices.push(i)
  }
  return indices
}

/** The indices that a Slice takes along each axis that it cuts; undefined where only the running model knows them. */
export function slicedIndices(
  node: Node,
  shape: readonly number[],
  integers: (name: string) => Integers | undefined,
): ReadonlyMap<number, readonly number[]> | undefined {
  const cuts = cutsOf(node, shape.length, integers)
  return cuts && new Map(cuts.map(cut => [cut.axis, indicesOf(cut, shape[cut.axis] ?? 0)]))
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
  const inside = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i)
  coupling.counts.push({ node, number, whole, part: takeLabels(whole, axis, inside), axis })
}

/** Slice: what is cut out keeps its atoms, and bounds that count channels change with them. */
export const slice: Op = {
  shapes(node, shapes) {
    const from = shapes.of(node.inputs[0] ?? '')
    const shape = [...from]
    const cuts = cutsOf(node, from.length, name => shapes.integers(name))
    for (const cut of cuts ?? []) shape[cut.axis] = indicesOf(cut, from[cut.axis] ?? 0).length
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
      const indices = indicesOf(cut, input.shape[axis]!)
      if (indices.length < input.shape[axis]! || step !== 1) {
        if (step !== 1) labels = coupling.even(labels, [axis], `${node.id}: it takes every ${step}th channel`)
        for (const bound of [start, end]) countBound(node, labels, axis, bound, coupling)
      }
      labels = takeLabels(labels, axis, indices)
    }
    coupling.label(node.outputs[0] ?? '', labels)
  },
}
