/**
 * int4 as ONNX packs it: two elements a byte, the first in its lower half; the last half may be left over.
 */

/** Elements of a byte each, -8 to 7, two a byte. */
export function packInt4(elements: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: Math.ceil(elements.length / 2) },
    (_, i) => (elements[2 * i]! & 15) | (((elements[2 * i + 1] ?? 0) & 15) << 4),
  )
}

/** The first `count` elements of packed bytes; fewer where there are not as many, more where there are too many. */
export function unpackInt4(bytes: Uint8Array, count: number): Int8Array {
  const length = bytes.length === Math.ceil(count / 2) ? count : 2 * bytes.length
  return Int8Array.from(
    { length },
    (_, i) => ((i % 2 === 0 ? bytes[i >> 1]! << 4 : bytes[i >> 1]!) << 24) >> 28,
  )
}
