import { DataError } from './error.js'

/** An array in LeCun's IDX format (MNIST): unsigned bytes with their shape. */
export interface IdxArray {
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

const UNSIGNED_BYTE = 0x08
const MAX_AXES = 8

/**
 * Reads an IDX file's bytes: two zero bytes, element type, number of axes, the sizes as big-endian 32-bit, the data.
 * @throws DataError naming `file`, what was expected and what was found.
 */
export function parseIdx(bytes: Uint8Array, file: string): IdxArray {
  const [zero, alsoZero, type, axes = 0] = bytes
  if (bytes.length < 4 || zero !== 0 || alsoZero !== 0 || axes < 1 || axes > MAX_AXES) {
    throw new DataError(
      `${file}: expected an IDX file, found ${bytes.length} bytes that do not begin like one`,
    )
  }
  if (type !== UNSIGNED_BYTE)
    throw new DataError(`${file}: expected unsigned bytes (IDX type 8), found IDX type ${type}`)
  const header = 4 + 4 * axes
  if (bytes.length < header)
    throw new DataError(`${file}: expected an IDX header of ${header} bytes, found ${bytes.length} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis))
  const expected = shape.reduce((product, size) => product * size, 1)
  if (bytes.length - header !== expected) {
    throw new DataError(
      `${file}: expected ${expected} bytes of data for shape [${shape}], found ${bytes.length - header}`,
    )
  }
  return { shape, data: bytes.subarray(header) }
}
