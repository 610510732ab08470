import { GraphError } from '../../../../graph/types.js'
import { type Range, rangeLength, reshape, slice } from '../../import/ops/shape.js'
import { asSizes, type Size, type Sizes, shapeOf, type Value } from '../../import/value.js'
import { type Call, input, integersInput, type Operator } from '../call.js'

/** What one place of a slice does: take a range, take one index and drop the axis, or add an axis. */
type Place = { readonly kind: 'range' | 'index'; readonly range: Range } | { readonly kind: 'newAxis' }

/** A mask of StridedSlice: bit `place` says something about that place. */
function mask(call: Call, name: string): (place: number) => boolean {
  const bits = call.attributes.int(name, 0)
  return place => (bits & (1 << place)) !== 0
}

/** The places of x[begin:end:stride, …] with the axes that they are about; an ellipsis skips axes. */
function places(call: Call, rank: number): Place[] {
  const [begins, ends, strides] = [1, 2, 3].map(i => integersInput(call, i))
  const [fromStart, toEnd, shrinks, ellipsis, adds] = [
    'begin_mask',
    'end_mask',
    'shrink_axis_mask',
    'ellipsis_mask',
    'new_axis_mask',
  ].map(name => mask(call, name))
  const named = begins!.filter((_, place) => !ellipsis!(place) && !adds!(place)).length
  if (named > rank) throw new GraphError('a slice of more axes than the value has')
  let axis = 0
  return begins!.flatMap((begin, place): Place[] => {
    if (ellipsis!(place)) {
      axis += rank - named
      return []
    }
    if (adds!(place)) return [{ kind: 'newAxis' }]
    const step = strides![place] ?? 1
    if (step === 0) throw new GraphError('a slice of stride 0')
    if (shrinks!(place)) {
      return [
        {
          kind: 'index',
          range: { axis: axis++, start: begin, end: begin === -1 ? null : begin + 1, step: 1 },
        },
      ]
    }
    const start = fromStart!(place) ? (step < 0 ? -1 : 0) : begin
    const end = toEnd!(place) ? null : (ends![place] ?? null)
    return [{ kind: 'range', range: { axis: axis++, start, end, step } }]
  })
}

/** A slice with single indices, new axes and an ellipsis; of a shape, it is done at import. */
export const stridedSlice: Operator = call => {
  const value = input(call, 0)
  const sizes = asSizes(value)
  const found = places(call, shapeOf(value).length)
  if (sizes !== undefined && found.every(place => place.kind !== 'newAxis')) return sliceSizes(sizes, found)
  const ranges = found.flatMap(place => (place.kind === 'newAxis' ? [] : [place.range]))
  const whole = ({ start, end, step }: Range) => start === 0 && end === null && step === 1
  const part = slice(
    call.b,
    value,
    ranges.filter(range => !whole(range)),
  )
  return found.every(place => place.kind === 'range')
    ? part
    : reshape(call.b, part, outputShape(part.shape, found))
}

function outputShape(shape: readonly Size[], found: readonly Place[]): Size[] {
  const touched = new Map(
    found.flatMap(place => (place.kind === 'newAxis' ? [] : [[place.range.axis, place]])),
  )
  const kept = shape.map((size, axis) => (touched.get(axis)?.kind === 'index' ? [] : [size]))
  let axis = 0
  for (const place of found) {
    if (place.kind === 'newAxis') kept[axis] = [1, ...(kept[axis] ?? [])]
    else axis = place.range.axis + 1
  }
  return kept.flat()
}

function sliceSizes({ values }: Sizes, [place]: readonly Place[]): Value {
  if (place === undefined || place.kind === 'newAxis') return { kind: 'sizes', values, scalar: false }
  const { range } = place
  const start = range.start < 0 ? range.start + values.length : range.start
  if (place.kind === 'index') return { kind: 'sizes', values: [values[start] ?? null], scalar: true }
  const length = rangeLength(range, values.length) ?? 0
  const picked = Array.from({ length }, (_, i) => values[start + i * range.step] ?? null)
  return { kind: 'sizes', values: picked, scalar: false }
}
