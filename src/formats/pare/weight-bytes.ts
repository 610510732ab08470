import { packedBytes } from './bits.js'
import { ENTRY_BYTES } from './layout.js'
import { entryBytes, type StoredQuantizer } from './table.js'

/** Bytes of a float32. */
const FLOAT_BYTES = 4

/** Bytes of entry and data of a plainly stored float32 weight of so many elements. */
export function floatBytes(count: number): number {
  return ENTRY_BYTES + FLOAT_BYTES * count
}

/** Bytes of entry and data of a weight that stands as packed integers, with so many scales. */
export function integerBytes(
  quantizer: StoredQuantizer,
  count: number,
  scales: number,
  bits: number,
): number {
  return entryBytes(quantizer) + FLOAT_BYTES * scales + packedBytes(count, bits)
}
