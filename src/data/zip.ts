import { inflateRawSync } from 'node:zlib'
import { DataError } from './error.js'

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
const STORED = 0
const DEFLATED = 8
/** Bytes of the end record, whose comment may be as long again as two bytes can say. */
const END_SIZE = 22
const LONGEST_COMMENT = 0xffff

/** Whether bytes begin as a ZIP archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5)
}

/**
 * The files of a ZIP archive (PKWARE's APPNOTE 6.3), stored or deflated; NumPy's .npz is one.
 * @throws DataError naming `file` where it is damaged, encrypted, or past 4 GB.
 */
export function readZip(bytes: Uint8Array, file: string): ReadonlyMap<string, Uint8Array> {
  const damaged = (cause?: unknown) =>
    new DataError(`${file}: expected a ZIP archive of stored or deflated files, found a damaged one`, {
      cause,
    })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const least = Math.max(0, bytes.length - END_SIZE - LONGEST_COMMENT)
  // A comment reaches to the end of the file.
  const isEnd = (at: number) =>
    view.getUint32(at, true) === END && at + END_SIZE + view.getUint16(at + 20, true) === bytes.length
  let end = bytes.length - END_SIZE
  while (end >= least && !isEnd(end)) end--
  if (end < least) throw damaged()
  const files = new Map<string, Uint8Array>()
  try {
    let at = view.getUint32(end + 16, true)
    for (let left = view.getUint16(end + 10, true); left > 0; left--) {
      if (view.getUint32(at, true) !== ENTRY) throw damaged()
      const [method, packed, size] = [
        view.getUint16(at + 10, true),
        view.getUint32(at + 20, true),
        view.getUint32(at + 24, true),
      ]
      const [name, extra, comment] = [28, 30, 32].map(field => view.getUint16(at + field, true)) as [
        number,
        number,
        number,
      ]
      const local = view.getUint32(at + 42, true)
      if (view.getUint32(local, true) !== LOCAL) throw damaged()
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
      const data = bytes.subarray(start, start + packed)
      if (data.length !== packed || (method !== STORED && method !== DEFLATED)) throw damaged()
      const whole = method === STORED ? data : inflateRawSync(data, { maxOutputLength: Math.max(1, size) })
      if (whole.length !== size) throw damaged()
      files.set(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name)), whole)
      at += 46 + name + extra + comment
    }
  } catch (error) {
    throw error instanceof DataError ? error : damaged(error)
  }
  return files
}
