import { intAttribute, intsAttribute } from '../../../../graph/attributes.js'
import { axisAttribute, sortedAxes } from '../../../../graph/axes.js'
import { GraphError } from '../../../../graph/types.js'
import { bool } from '../attribute.js'
import type { Builder } from '../builder.js'
import { type Call, input, integersInput, outputShape, type Rule, through } from '../call.js'
import { asTarget, materialize, physicalAxis, plain } from '../layout.js'
import { type Computed, plainLayout } from '../value.js'

/** The axes that go; none where an empty list says so. */
function axesOf(call: Call, rank: number): readonly number[] {
  const given = call.inputs[1] === undefined ? intsAttribute(call.node, 'axes', []) : integersInput(call, 1)
  if (given.length > 0) return sortedAxes(given, rank)
  const none = intAttribute(call.node, 'noop_with_empty_axes', 0) === 1
  return none ? [] : Array.from({ length: rank }, (_, axis) => axis)
}

type Unary = (b: Builder, x: string) => string

const as =
  (op: string): Unary =>
  (b, x) =>
    b.emit(op, [x])

/** What goes before and behind a reduction of TF.js' to make one that it has not. */
interface Around {
  readonly before?: Unary
  readonly behind?: Unary
}

/** A reduction over axes of ONNX's shape. */
function reduction(op: string, { before, behind }: Around = {}): Rule {
  return call => {
    const { b, node } = call
    const read = materialize(b, input(call, 0))
    const axes = axesOf(call, read.shape.length)
    // Versions of the operator set differ in what such a reduction still does to each element.
    if (axes.length === 0 && (before ?? behind) !== undefined)
      throw new GraphError('a reduction over no axes')
    if (axes.length === 0) return read
    const given = before === undefined ? read : through(read, before(b, read.name))
    const keep = intAttribute(node, 'keepdims', 1) === 1
    const x = staysInOrder(given, axes, keep) ? given : plain(b, given)
    const physical = axes.map(axis => physicalAxis(x.layout, axis)).sort((p, q) => p - q)
    const reduced = b.emit(op, [x.name, b.integers(physical)], { keep_dims: bool(keep) })
    const name = behind === undefined ? reduced : behind(b, reduced)
    return { ...through(x, name), shape: outputShape(call), layout: keep ? x.layout : plainLayout }
  }
}

/** Whether the axes that are left stand in ONNX's order without a Transpose. */
function staysInOrder({ layout }: Computed, axes: readonly number[], keep: boolean): boolean {
  switch (layout.kind) {
    case 'plain':
      return true
    case 'flat':
      return !keep && axes.includes(1)
    case 'channelsLast':
      return keep || axes.includes(1) || (axes.includes(2) && axes.includes(3))
  }
}

export const reductions: readonly (readonly [string, Rule])[] = [
  ['ReduceMean', reduction('Mean')],
  ['ReduceMax', reduction('Max')],
  ['ReduceMin', reduction('Min')],
  ['ReduceSum', reduction('Sum')],
  ['ReduceProd', reduction('Prod')],
  ['ReduceL1', reduction('Sum', { before: as('Abs') })],
  ['ReduceL2', reduction('Sum', { before: as('Square'), behind: as('Sqrt') })],
  ['ReduceSumSquare', reduction('Sum', { before: as('Square') })],
  ['ReduceLogSum', reduction('Sum', { behind: as('Log') })],
]

/** The place of the largest or smallest along an axis, the first of several. */
export function argument(op: 'ArgMax' | 'ArgMin'): Rule {
  return call => {
    const { b, node } = call
    if (intAttribute(node, 'select_last_index', 0) === 1)
      throw new GraphError('TF.js takes the first of several largest values, not the last')
    const x = plain(b, input(call, 0))
    const axis = axisAttribute(node, 0, x.shape.length)
    const shape = outputShape(call)
    const found = b.emit(op, [x.name, b.integer(axis)])
    const keep = intAttribute(node, 'keepdims', 1) === 1
    const name = keep ? b.emit('Reshape', [found, b.integers(asTarget(shape))]) : found
    return { kind: 'computed', name, shape, layout: plainLayout, dtype: 'int32' }
  }
}
