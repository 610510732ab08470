import { toFloat16 } from '../../../graph/float16.js'
import { elementCount, floats } from '../../../graph/tensor.js'
import { GraphError, type Tensor } from '../../../graph/types.js'
import type { WeightSpec } from './manifest.js'

/** How a float32 weight is stored: as integers of so many bits with a scale, or in half precision. */
export type Stored = { readonly kind: 'integers'; readonly bits: number } | { readonly kind: 'float16' }

/** How constants are stored, by name; others as they are. */
export type Storage = ReadonlyMap<string, Stored>

/** What stands in a shard for a weight, and what the manifest says of it. */
export interface StoredWeight {
  readonly quantization: NonNullable<WeightSpec['quantization']>
  readonly bytes: Uint8Array
}

/**
 * A float32 weight in one or two bytes an element. Integers are from 0 up: `min` + integer x `scale`, zero among them, and no
 * element further from its own than half of `scale`. Up to 8 bits take a byte, up to 16 two; TF.js has nothing between.
 * @throws GraphError for a weight that is not finite, or too large for half precision
 */
export function storeWeight(name: string, weight: Tensor, stored: Stored): StoredWeight {
  const data = floats(weight)
  if (!data.every(Number.isFinite)) throw new GraphError(`weight ${name}: not finite, cannot be quantised`)
  switch (stored.kind) {
    case 'float16': {
      const halves = Uint16Array.from(data, toFloat16)
      if (halves.some(half => (half & 0x7c00) === 0x7c00))
        throw new GraphError(`weight ${name}: too large for float16`)
      return { quantization: { dtype: 'float16' }, bytes: new Uint8Array(halves.buffer) }
    }
    case 'integers': {
      const { low, high } = endsOf(data)
      // One integer is left over, for zero to be one of them.
      const top = 2 ** stored.bits - 1
      const scale = (high - low) / (top - 1) || 1
      const zero = Math.round(-low / scale)
      const integers = Array.from(data, w => Math.min(top, Math.max(0, Math.round(w / scale) + zero)))
      const wide = stored.bits > 8
      const elements = wide ? Uint16Array.from(integers) : Uint8Array.from(integers)
      return {
        quantization: { dtype: wide ? 'uint16' : 'uint8', scale, min: -zero * scale },
        bytes: new Uint8Array(elements.buffer, 0, elementCount(weight.shape) * elements.BYTES_PER_ELEMENT),
      }
    }
  }
}

function endsOf(data: Float32Array): { readonly low: number; readonly high: number } {
  let [low, high] = [0, 0]
  for (const w of data) {
    if (w < low) low = w
    if (w > high) high = w
  }
  return { low, high }
}
