import { axisAttribute } from '../../../../graph/axes.js'
import { elementCount } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import type { Size } from '../../import/value.js'
import { type Call, input, type Rule, through } from '../call.js'
import { asTarget, materialize, physicalAxis, plain } from '../layout.js'
import type { Computed } from '../value.js'

/** The first operator set in which Softmax goes over one axis; before, over all from `axis` on. */
const ONE_AXIS = 13

/** Softmax or LogSoftmax; TF.js has them over the last axis only. */
export function softmax(op: 'Softmax' | 'LogSoftmax'): Rule {
  return call => {
    const { b, node, opset } = call
    const given = materialize(b, input(call, 0))
    const rank = given.shape.length
    const axis = axisAttribute(node, opset < ONE_AXIS ? 1 : -1, rank)
    if (opset < ONE_AXIS && axis !== rank - 1) return overRest(call, op, plain(b, given), axis)
    if (given.layout.kind !== 'flat' && physicalAxis(given.layout, axis) === rank - 1)
      return through(given, b.emit(op, [given.name]))
    const x = plain(b, given)
    if (axis === rank - 1) return through(x, b.emit(op, [x.name]))
    // An exchange of two axes is its own inverse.
    const order = x.shape.map((_, a) => (a === axis ? rank - 1 : a === rank - 1 ? axis : a))
    const turned = b.emit('Transpose', [x.name, b.integers(order)])
    return through(x, b.emit('Transpose', [b.emit(op, [turned]), b.integers(order)]))
  }
}

function overRest({ b }: Call, op: string, x: Computed, axis: number): Computed {
  const rows = b.emit('Reshape', [x.name, b.integers([-1, known(x.shape.slice(axis))])])
  return through(x, b.emit('Reshape', [b.emit(op, [rows]), b.integers(asTarget(x.shape))]))
}

function known(sizes: readonly Size[]): number {
  if (sizes.includes(null)) throw new GraphError('the number of its classes depends on the batch')
  return elementCount(sizes.map(size => size ?? 0))
}
