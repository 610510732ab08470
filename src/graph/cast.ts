import { fromFloat16 } from './float16.js'
import type { DType, Tensor } from './types.js'

/** The number of a bfloat16: the upper half of a float32. */
function fromBfloat16(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0]!
}

function values({ dtype, data }: Tensor): number[] {
  const numbers = Array.from<number | bigint, number>(data, Number)
  if (dtype === 'float16') return numbers.map(fromFloat16)
  return dtype === 'bfloat16' ? numbers.map(fromBfloat16) : numbers
}

/**
 * What the operator Cast makes of a constant. Undefined for element types that it is not told for, and for values whose cast
 * runtimes do not agree on: integers that a double cannot hold, and numbers outside the range of the integer they become.
 */
export function castTensor(tensor: Tensor, to: DType): Tensor | undefined {
  if (tensor.dtype === to) return tensor
  const { shape } = tensor
  const from = values(tensor)
  if (!tensor.dtype.includes('float') && !from.every(Number.isSafeInteger)) return undefined
  switch (to) {
    case 'float32':
      return { dtype: to, shape, data: Float32Array.from(from) }
    case 'float64':
      return { dtype: to, shape, data: Float64Array.from(from) }
    case 'bool':
      return { dtype: to, shape, data: Uint8Array.from(from, value => (value === 0 ? 0 : 1)) }
    case 'int32': {
      const whole = from.map(Math.trunc)
      return whole.every(value => value === (value | 0))
        ? { dtype: to, shape, data: Int32Array.from(whole) }
        : undefined
    }
    case 'int64': {
      const whole = from.map(Math.trunc)
      return whole.every(Number.isSafeInteger)
        ? { dtype: to, shape, data: BigInt64Array.from(whole, BigInt) }
        : undefined
    }
    default:
      return undefined
  }
}
