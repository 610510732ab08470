import { crc32 } from 'node:zlib'
import { type IntegerKind, integerRange, LEAST_WEIGHT_BITS, MOST_BITS } from '../../graph/fake-quantize.js'
import { elementBytes, elementCount, floatTensor, fromBytes } from '../../graph/tensor.js'
import { GraphError, type Tensor } from '../../graph/types.js'
import { decode } from './decode.js'
import { dequantized, type QuantizedWeight } from './quantized-weights.js'
import type { Entry, StoredQuantizer } from './table.js'

/** A constant that was read; a weight that stood as integers with its quantiser. */
export interface ReadConstant {
  readonly tensor: Tensor
  readonly weight: QuantizedWeight | null
}

/** A constant without its data. */
export interface ConstantType extends Pick<Tensor, 'dtype' | 'shape'> {
  readonly name: string
}

/**
 * A constant from its entry in the table and its data.
 * @throws GraphError for data that are not those of such a constant, in words that follow its name
 */
export function constantOf(type: ConstantType, entry: Entry, payload: Uint8Array): ReadConstant {
  if (crc32(payload) !== entry.checksum)
    throw new GraphError('the file is damaged: its data do not have their checksum')
  if (entry.quantizer !== null) return quantizedOf(type, entry, entry.quantizer, payload)
  const { dtype, shape } = type
  const { coding } = entry
  const bits = 8 * elementBytes(dtype)
  if (coding.values === 'raw' ? coding.bits !== bits : dtype !== 'uint8')
    throw new GraphError(`${dtype} elements do not stand as ${coding.values} ${coding.bits} bits`)
  const bytes = decode(payload, coding, elementCount(shape))
  return { tensor: { dtype, shape, data: fromBytes(dtype, bytes) }, weight: null }
}

function quantizedOf(
  { name, dtype, shape }: ConstantType,
  { coding }: Entry,
  { node, output, scale: scaleName, axis, scaleRank }: StoredQuantizer,
  payload: Uint8Array,
): ReadConstant {
  const kind: IntegerKind = { bits: coding.bits, signed: true }
  if (
    dtype !== 'float32' ||
    coding.values === 'raw' ||
    kind.bits < LEAST_WEIGHT_BITS ||
    kind.bits > MOST_BITS
  )
    throw new GraphError(`${dtype} elements do not stand as integers of ${kind.bits} bits`)
  const steps = axis === null ? 1 : shape[axis]
  if (steps === undefined) throw new GraphError(`shape [${shape}] has no axis ${axis}`)
  if (payload.length < 4 * steps) throw new GraphError('its scales are cut short')
  const scale: Tensor = {
    dtype: 'float32',
    shape: scaleRank === 0 ? [] : [steps],
    data: fromBytes('float32', payload.subarray(0, 4 * steps)),
  }
  const symbols = decode(payload.subarray(4 * steps), coding, elementCount(shape))
  const { low, high, apart } = integerRange(kind)
  if (symbols.some(symbol => low + apart * symbol > high))
    throw new GraphError(`an integer is out of the range of ${kind.bits} bits`)
  const integers = Int8Array.from(symbols, symbol => low + apart * symbol)
  const quantizer = { ...kind, input: name, output, scale: scaleName, zeroPoint: '', axis }
  const weight = { node, quantizer, scale, integers }
  return { tensor: floatTensor(shape, dequantized(weight, shape)), weight }
}
