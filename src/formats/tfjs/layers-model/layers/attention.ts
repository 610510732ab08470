import { z } from 'zod'
import { elementCount } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import { softmax } from '../../import/ops/activation.js'
import { dense } from '../../import/ops/dense.js'
import { einsum } from '../../import/ops/einsum.js'
import { binary, scalar } from '../../import/ops/elementwise.js'
import { reshape } from '../../import/ops/shape.js'
import { type Computed, type Constant, known, shapeOf, type Value } from '../../import/value.js'
import { reshaped } from '../../permute.js'
import { type Call, type Layer, options, required } from '../call.js'

/**
 * Query, value and key, which follows the value where it is left out. They may be given by name.
 * @throws GraphError for another input, such as a mask
 */
function operandsOf({ inputs, names }: Call): readonly [Value, Value, Value] {
  const order = ['query', 'value', 'key']
  const given = new Map(inputs.map((value, i) => [names[i] ?? order[i] ?? `input ${i}`, value]))
  const other = [...given.keys()].find(name => !order.includes(name))
  if (other !== undefined) throw new GraphError(`an input named ${other} is not supported`)
  const [query, value] = [given.get('query'), given.get('value')]
  if (query === undefined || value === undefined) throw new GraphError('expected a query and a value')
  if ([query, value].some(operand => shapeOf(operand).length !== 3))
    throw new GraphError('attention over more than one axis is not supported')
  return [query, value, given.get('key') ?? value]
}

/** Keras's attention of several heads: its kernels are [in, heads, width] and, of the output, [heads, width, out]. */
const multiHead: Layer = call => {
  const { key_dim, use_bias, use_gate } = options(
    call,
    z.looseObject({
      key_dim: z.number().positive(),
      use_bias: z.boolean().nullish(),
      use_gate: z.boolean().nullish(),
      sliding_window: z.null().optional(),
    }),
  )
  if (use_gate === true) throw new GraphError('a gate is not supported')
  const { b } = call
  const [query, value, key] = operandsOf(call)
  const projected = (x: Value, name: string, inputs: 1 | 2): Computed => {
    const kernel = required(call, `${name}/kernel`)
    const bias = use_bias === false ? undefined : flat(required(call, `${name}/bias`), 0)
    return dense(b, x, flat(kernel, inputs), bias)
  }
  const heads = (x: Value, name: string): Computed => {
    const made = projected(x, name, 1)
    const [, count = 0, width = 0] = required(call, `${name}/kernel`).tensor.shape
    return reshape(b, made, [...made.shape.slice(0, -1), count, width])
  }
  const scaled = binary(b, 'Mul', heads(query, 'query'), scalar(1 / Math.sqrt(key_dim)))
  const scores = einsum(b, 'nqhd,nkhd->nhqk', scaled, heads(key, 'key'))
  const mixed = einsum(b, 'nhqk,nkhd->nqhd', softmax(b, 'Softmax', scores, -1), heads(value, 'value'))
  const [count, width] = [mixed.shape[2], mixed.shape[3]].map(size => known(size, 'the size of a head'))
  const joined = reshape(b, mixed, [...mixed.shape.slice(0, 2), count! * width!])
  return projected(joined, 'attention_output', 2)
}

/** A kernel as a matrix, its first axes as one and the others as one; a bias as a vector, by no first axes. */
function flat({ key, tensor }: Constant, inputs: number): Constant {
  const sizes = [tensor.shape.slice(0, inputs), tensor.shape.slice(inputs)].map(elementCount)
  return {
    kind: 'constant',
    key: `${key}:flat`,
    tensor: reshaped(tensor, inputs === 0 ? sizes.slice(1) : sizes),
  }
}

export const attentions: Readonly<Record<string, Layer>> = { MultiHeadAttention: multiHead }
