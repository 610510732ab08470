import { elementCount, floatTensor, toNumbers } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import type { Constant } from '../../import/value.js'
import { eachSample } from '../batch.js'
import { align } from '../broadcast.js'
import { type Call, input, integersInput, outputShape, type Rule, through } from '../call.js'
import { materialize, physicalSizes, plain } from '../layout.js'
import { assertHoldable } from '../tensor.js'
import { type Computed, dtypeOf, type Value } from '../value.js'

function copies(call: Call, x: Computed, times: readonly number[]): Computed {
  if (times.every(count => count === 1)) return { ...x, shape: outputShape(call) }
  const counts = call.b.integers(physicalSizes(x.layout, times))
  return { ...through(x, call.b.emit('Tile', [x.name, counts])), shape: outputShape(call) }
}

/** A value side by side with itself. */
export const tile: Rule = call => {
  const given = materialize(call.b, input(call, 0))
  const x = given.layout.kind === 'flat' ? plain(call.b, given) : given
  return copies(call, x, integersInput(call, 1))
}

/** Axes of one place repeated: copies of them, or a sum with zeros where the whole shape is that of another value. */
export const expand: Rule = call => {
  const { b } = call
  const shape = outputShape(call)
  const [value, like] = [input(call, 0), likeOf(input(call, 1))]
  if (like !== undefined && dtypeOf(value) === 'float32' && dtypeOf(like) === 'float32') {
    const { operands, layout } = align(b, [zerosLike(call, like), value], shape.length)
    const name = b.emit(
      'AddV2',
      operands.map(operand => operand.name),
    )
    return { kind: 'computed', name, shape, layout, dtype: 'float32' }
  }
  const x = plain(b, value)
  const padded = [...shape.slice(x.shape.length).map(() => 1), ...x.shape]
  const widened =
    padded.length === x.shape.length
      ? x
      : { ...x, shape: padded, name: b.emit('Reshape', [x.name, b.integers(padded.map(size => size ?? -1))]) }
  const sampled = shape.reduce<Computed>(
    (made, size, axis) => (size === null && padded[axis] !== null ? eachSample(call, made, axis) : made),
    widened,
  )
  const times = shape.map((size, axis) => (size === sampled.shape[axis] ? 1 : (size ?? 1)))
  return copies(call, sampled, times)
}

/** One number in a shape. */
export const constantOfShape: Rule = call => {
  const { b, node } = call
  const shape = outputShape(call)
  const filling = node.attributes.value
  const number = filling?.kind === 'tensor' ? (toNumbers(filling.value)[0] ?? 0) : 0
  if (filling?.kind === 'tensor' && filling.value.dtype !== 'float32')
    throw new GraphError(`a value filled with numbers of type ${filling.value.dtype}`)
  const like = likeOf(input(call, 0))
  if (like !== undefined && dtypeOf(like) === 'float32') {
    const zeros = zerosLike(call, like)
    return number === 0 ? zeros : through(zeros, b.emit('AddV2', [zeros.name, b.scalar(number)]))
  }
  const sizes = shape.map(size => size ?? 1)
  const length = elementCount(sizes)
  assertHoldable(length)
  const tensor = floatTensor(sizes, new Float32Array(length).fill(number))
  const filled: Constant = { kind: 'constant', key: `node ${node.id}:filled`, tensor }
  return shape.reduce<Value>(
    (made, size, axis) => (size === null ? eachSample(call, materialize(b, made), axis) : made),
    filled,
  )
}

/** The value whose shape a list of sizes is. */
function likeOf(sizes: Value): Value | undefined {
  return sizes.kind === 'sizes' ? sizes.of : undefined
}

function zerosLike({ b }: Call, like: Value): Computed {
  const x = materialize(b, like)
  return through(x, b.emit('ZerosLike', [x.name]))
}
