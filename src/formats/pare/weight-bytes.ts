import { packedBytes } from './bits.js'
import { ENTRY_BYTES } from './layout.js'

/** Bytes of a float32. */
const FLOAT_BYTES = 4

/** Bytes of entry and data of a plainly stored float32 weight of so many elements. */
export function floatBytes(count: number): number {
  return ENTRY_BYTES + FLOAT_BYTES * count
}

/** Bytes of entry and data of a weight that stands as packed integers, with so many scales. @param entry bytes of the entry */
export function integerBytes(entry: number, count: number, scales: number, bits: number): number {
  return entry + FLOAT_BYTES * scales + packedBytes(count, bits)
}
