import { intAttribute, intsAttribute } from '../../../../graph/attributes.js'
import { sortedAxes } from '../../../../graph/axes.js'
import { bool } from '../attribute.js'
import { type Call, input, integersInput, outputShape, type Rule, through } from '../call.js'
import { materialize, physicalAxis, plain } from '../layout.js'
import { type Computed, plainLayout } from '../value.js'

/** The axes that go; none where an empty list says so. */
function axesOf(call: Call, rank: number): readonly number[] {
  const given = call.inputs[1] === undefined ? intsAttribute(call.node, 'axes', []) : integersInput(call, 1)
  if (given.length > 0) return sortedAxes(given, rank)
  const none = intAttribute(call.node, 'noop_with_empty_axes', 0) === 1
  return none ? [] : Array.from({ length: rank }, (_, axis) => axis)
}

/** A reduction over axes of ONNX's shape. */
function reduction(op: string): Rule {
  return call => {
    const { b, node } = call
    const given = materialize(b, input(call, 0))
    const axes = axesOf(call, given.shape.length)
    if (axes.length === 0) return given
    const keep = intAttribute(node, 'keepdims', 1) === 1
    const x = staysInOrder(given, axes, keep) ? given : plain(b, given)
    const physical = axes.map(axis => physicalAxis(x.layout, axis)).sort((p, q) => p - q)
    const name = b.emit(op, [x.name, b.integers(physical)], { keep_dims: bool(keep) })
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
]
