import { floatAttribute, intAttribute } from '../../../../graph/attributes.js'
import { elementCount, toNumbers } from '../../../../graph/tensor.js'
import { GraphError, type Tensor } from '../../../../graph/types.js'
import type { Constant } from '../../import/value.js'
import { permute } from '../../permute.js'
import { bool, int, texts } from '../attribute.js'
import type { Builder } from '../builder.js'
import { type Call, input, outputShape, type Rule } from '../call.js'
import { alongFeatures, asTarget, materialize, plain } from '../layout.js'
import { type Computed, plainLayout, shapeOf, type Value } from '../value.js'

function made(call: Call, name: string): Computed {
  return { kind: 'computed', name, shape: outputShape(call), layout: plainLayout, dtype: 'float32' }
}

/** The features of a flattened map stand cell by cell: the rows of the weight move, not the data. */
function operands(b: Builder, left: Value, right: Value): [Computed, Computed] {
  if (left.kind === 'computed' && left.layout.kind === 'flat' && right.kind === 'constant')
    return [left, materialize(b, alongFeatures(right, 0, left.layout))]
  return [plain(b, left), plain(b, right)]
}

/** A value times a number; a constant is multiplied here. */
function scaled(b: Builder, value: Value, factor: number): Value {
  if (factor === 1) return value
  if (value.kind === 'constant') {
    const data = Float32Array.from(toNumbers(value.tensor), x => x * factor)
    const tensor: Tensor = { ...value.tensor, data }
    return { kind: 'constant', key: `${value.key}:times_${factor}`, tensor } satisfies Constant
  }
  const x = plain(b, value)
  return { ...x, name: b.emit('Mul', [x.name, b.scalar(factor)]) }
}

/** A matrix with its two axes exchanged; a constant is turned here. */
function transposed(b: Builder, value: Value): Value {
  if (value.kind === 'constant')
    return { kind: 'constant', key: `${value.key}:turned`, tensor: permute(value.tensor, [1, 0]) }
  const x = plain(b, value)
  const name = b.emit('Transpose', [x.name, b.integers([1, 0])])
  return { ...x, name, shape: x.shape.toReversed() }
}

/** alpha * A B + beta * C. */
export const gemm: Rule = call => {
  const { b, node } = call
  const factor = scaled(b, input(call, 1), floatAttribute(node, 'alpha', 1))
  // TF.js' WebAssembly kernel makes something else of a second factor that it should transpose.
  const right = intAttribute(node, 'transB', 0) === 1 ? transposed(b, factor) : factor
  const left = intAttribute(node, 'transA', 0) === 1 ? transposed(b, input(call, 0)) : input(call, 0)
  const [x, y] = operands(b, left, right)
  const attributes = { transpose_a: bool(false), transpose_b: bool(false) }
  const given = call.inputs[2]
  if (given === undefined) return made(call, b.emit('MatMul', [x.name, y.name], attributes))
  const bias = scaled(b, given, floatAttribute(node, 'beta', 1))
  const perColumn = bias.kind === 'constant' && elementCount(bias.tensor.shape) === outputShape(call)[1]
  if (perColumn && shapeOf(bias).at(-1) === outputShape(call)[1]) {
    const { key, tensor } = bias
    const vector = materialize(b, {
      kind: 'constant',
      key: `${key}:bias`,
      tensor: { ...tensor, shape: [tensor.data.length] },
    })
    const fused = { ...attributes, fused_ops: texts(['BiasAdd']), num_args: int(1) }
    return made(call, b.emit('_FusedMatMul', [x.name, y.name, vector.name], fused))
  }
  const product = b.emit('MatMul', [x.name, y.name], attributes)
  return made(call, b.emit('AddV2', [product, plain(b, bias).name]))
}

/** A product of matrices, of stacks of them, or with a vector as one row or column. */
export const matMul: Rule = call => {
  const { b } = call
  const right = input(call, 1)
  const [x, y] = operands(b, input(call, 0), right)
  const [left, other] = [asMatrix(b, x, 'row'), asMatrix(b, y, 'column')]
  const flat = left.shape.length === 2 && other.shape.length === 2
  const product = b.emit(flat ? 'MatMul' : 'BatchMatMulV2', [left.name, other.name])
  if (left === x && other === y) return made(call, product)
  return made(call, b.emit('Reshape', [product, b.integers(asTarget(outputShape(call)))]))
}

function asMatrix(b: Builder, x: Computed, as: 'row' | 'column'): Computed {
  if (x.shape.length > 1) return x
  const [length = null] = x.shape
  if (length === null) throw new GraphError('the length of a vector depends on the batch')
  const shape = as === 'row' ? [1, length] : [length, 1]
  return { ...x, shape, name: b.emit('Reshape', [x.name, b.integers(shape)]) }
}
