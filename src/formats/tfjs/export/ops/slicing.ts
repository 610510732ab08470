import { intsAttribute } from '../../../../graph/attributes.js'
import { axisAttribute, frontAxis } from '../../../../graph/axes.js'
import { toNumbers } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import { int } from '../attribute.js'
import { type Call, input, integersInput, outputShape, type Rule, through } from '../call.js'
import { materialize, physicalAxis, plain } from '../layout.js'
import { type Computed, plainLayout } from '../value.js'

/** A value whose axes stand one by one. */
function unflattened(call: Call): Computed {
  const given = materialize(call.b, input(call, 0))
  return given.layout.kind === 'flat' ? plain(call.b, given) : given
}

interface Range {
  readonly start: number
  readonly end: number
  readonly step: number
}

/** The ranges by axis: attributes before operator set 10, inputs since. */
function rangesOf(call: Call, rank: number): ReadonlyMap<number, Range> {
  const list = (index: number, name: string, fallback: readonly number[]) => {
    if (call.inputs[index] !== undefined) return integersInput(call, index)
    return intsAttribute(call.node, name, fallback)
  }
  const starts = list(1, 'starts', [])
  const ends = list(2, 'ends', [])
  const axes = list(
    3,
    'axes',
    starts.map((_, i) => i),
  )
  const steps = list(
    4,
    'steps',
    starts.map(() => 1),
  )
  return new Map(
    axes.map((axis, i) => [
      frontAxis(axis, rank),
      { start: starts[i] ?? 0, end: ends[i] ?? 0, step: steps[i] ?? 1 },
    ]),
  )
}

const TO_THE_END = 2 ** 31 - 1

/** Slice: ranges along some axes. */
export const slice: Rule = call => {
  const { b } = call
  const x = unflattened(call)
  const rank = x.shape.length
  const begins = new Array<number>(rank).fill(0)
  const ends = new Array<number>(rank).fill(0)
  const steps = new Array<number>(rank).fill(1)
  let [beginMask, endMask] = [2 ** rank - 1, 2 ** rank - 1]
  for (const [axis, range] of rangesOf(call, rank)) {
    const at = physicalAxis(x.layout, axis)
    const { start, end, step } = clamped(range, x.shape[axis] ?? null)
    begins[at] = start
    steps[at] = step
    beginMask &= ~(1 << at)
    if (end === null) continue
    ends[at] = end
    endMask &= ~(1 << at)
  }
  const masks = { begin_mask: int(beginMask), end_mask: int(endMask) }
  const name = b.emit('StridedSlice', [x.name, ...[begins, ends, steps].map(list => b.integers(list))], masks)
  return { ...through(x, name), shape: outputShape(call) }
}

/** A range within the axis, counted from the front; an end of null is the last cell. */
function clamped(
  { start, end, step }: Range,
  size: number | null,
): Omit<Range, 'end'> & { readonly end: number | null } {
  if (size === null) {
    if (start < 0 || end < 0 || step !== 1) throw new GraphError('it counts from the end of the batch')
    return { start, end: end >= TO_THE_END ? null : end, step }
  }
  const [low, high] = step < 0 ? [-1, size - 1] : [0, size]
  const place = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high)
  const last = place(end)
  return { start: Math.max(0, place(start)), end: last < 0 || last >= size ? null : last, step }
}

/** Split: parts of the sizes that were inferred. */
export const split: Rule = call => {
  const { b, node, outputs } = call
  const x = unflattened(call)
  const axis = axisAttribute(node, 0, x.shape.length)
  const sizes = outputs.map(shape => {
    const size = shape[axis] ?? null
    if (size === null) throw new GraphError('the size of a part depends on the batch')
    return size
  })
  const at = b.integer(physicalAxis(x.layout, axis))
  const names = b.emitMany(
    'SplitV',
    [x.name, b.integers(sizes), at],
    { num_split: int(sizes.length) },
    sizes.length,
  )
  return names.map((name, i) => ({ ...through(x, name), shape: outputs[i]! }))
}

/** Gather: cells of an axis by their indices. */
export const gather: Rule = call => {
  const { b, node } = call
  const given = unflattened(call)
  const axis = axisAttribute(node, 0, given.shape.length)
  const indices = input(call, 1)
  const list = indices.kind === 'constant' && indices.tensor.shape.length === 1
  const x = list ? given : plain(b, given)
  const at = b.integer(physicalAxis(x.layout, axis))
  const name = b.emit('GatherV2', [x.name, indexName(call, x.shape[axis] ?? null), at])
  return { ...through(x, name), shape: outputShape(call), layout: list ? x.layout : plainLayout }
}

/** The indices, counted from the front. */
function indexName(call: Call, size: number | null): string {
  const { b } = call
  const indices = input(call, 1)
  if (indices.kind !== 'constant') return plain(b, indices).name
  const numbers = toNumbers(indices.tensor)
  if (numbers.some(index => index < 0) && size === null)
    throw new GraphError('it counts from the end of the batch')
  return b.integers(
    numbers.map(index => (index < 0 ? index + (size ?? 0) : index)),
    indices.tensor.shape,
  )
}
