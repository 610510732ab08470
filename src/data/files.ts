import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { DataError } from './error.js'

/** The bytes of a file, unpacked where it is gzipped. @throws DataError where it cannot be read or unpacked. */
export function readBytes(file: string): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    throw new DataError(`${file}: ${existsSync(file) ? 'cannot be read' : 'no such file'}`, { cause })
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes)
  } catch (cause) {
    throw new DataError(`${file}: expected gzip data, found a damaged or cut file`, { cause })
  }
}
