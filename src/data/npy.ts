import { DataError } from './error.js'

/** An array of a NumPy file in row-major order; 64-bit integers beyond 2^53 are rounded. */
export interface NpyArray {
  readonly shape: readonly number[]
  readonly data: Float64Array
  /** Kind and bytes of an element: u1, i8, f4 and so on. */
  readonly type: string
}

const MAGIC = [0x93, ...Buffer.from('NUMPY')]
const MOST_AXES = 32

/** Whether bytes begin as a NumPy file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte)
}

/** Readers of one element by its type in the header. */
const readers = new Map<string, (view: DataView, at: number, little: boolean) => number>([
  ['b1', (view, at) => view.getUint8(at)],
  ['u1', (view, at) => view.getUint8(at)],
  ['i1', (view, at) => view.getInt8(at)],
  ['u2', (view, at, little) => view.getUint16(at, little)],
  ['i2', (view, at, little) => view.getInt16(at, little)],
  ['u4', (view, at, little) => view.getUint32(at, little)],
  ['i4', (view, at, little) => view.getInt32(at, little)],
  ['u8', (view, at, little) => Number(view.getBigUint64(at, little))],
  ['i8', (view, at, little) => Number(view.getBigInt64(at, little))],
  ['f4', (view, at, little) => view.getFloat32(at, little)],
  ['f8', (view, at, little) => view.getFloat64(at, little)],
])

/**
 * Reads a NumPy file's bytes (format 1 to 3) of a plain numeric type in either byte order, in C or Fortran order.
 * @throws DataError naming `file`, what was expected and what was found.
 */
export function parseNpy(bytes: Uint8Array, file: string): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!isNpy(bytes) || bytes.length < 12) throw new DataError(`${file}: expected a NumPy file (.npy)`)
  const long = view.getUint8(6) > 1
  const begin = long ? 12 : 10
  const start = begin + (long ? view.getUint32(8, true) : view.getUint16(8, true))
  const header = new TextDecoder().decode(bytes.subarray(begin, start))
  const [, order, type = ''] = /'descr': *'([<>|=])(\w+)'/.exec(header) ?? []
  const [, fortran] = /'fortran_order': *(True|False)/.exec(header) ?? []
  const [, dims] = /'shape': *\(([\d, ]*)\)/.exec(header) ?? []
  if (start > bytes.length || order === undefined || fortran === undefined || dims === undefined)
    throw new DataError(`${file}: expected the header of an array of numbers, found ${shown(header)}`)
  const read = readers.get(type)
  if (read === undefined) throw new DataError(`${file}: expected integers or floats, found type ${type}`)
  const shape = dims.split(',').flatMap(dim => (dim.trim() === '' ? [] : [Number(dim)]))
  const count = shape.reduce((product, size) => product * size, 1)
  const size = Number(type.slice(1))
  if (shape.length > MOST_AXES || bytes.length - start !== count * size) {
    throw new DataError(
      `${file}: expected ${count * size} bytes of data for shape [${shape}], found ${bytes.length - start}`,
    )
  }
  const little = order !== '>'
  const strides = fortran === 'True' ? columnMajor(shape) : null
  const data = Float64Array.from({ length: count }, (_, i) =>
    read(view, start + size * (strides === null ? i : placeOf(i, shape, strides)), little),
  )
  return { shape, data, type }
}

function shown(header: string): string {
  return header.trim().slice(0, 80) || 'nothing'
}

/** Distances between neighbours along each axis where the first varies fastest. */
function columnMajor(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1))
}

/** Where the i-th element in row-major order stands. */
function placeOf(i: number, shape: readonly number[], strides: readonly number[]): number {
  let [left, place] = [i, 0]
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place += (left % shape[axis]!) * strides[axis]!
    left = Math.floor(left / shape[axis]!)
  }
  return place
}
