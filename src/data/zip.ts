import { unzipSync } from 'fflate'
import { DataError } from './error.js'

/** Deflate makes no more than so many bytes of one. */
const MOST_INFLATED = 1032

/** Whether bytes begin as a ZIP archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5)
}

/**
 * The files of a ZIP archive, stored or deflated; NumPy's .npz is one.
 * @throws DataError naming `file` where it is damaged or encrypted.
 */
export function readZip(bytes: Uint8Array, file: string): ReadonlyMap<string, Uint8Array> {
  const damaged = (cause?: unknown) =>
    new DataError(`${file}: expected a ZIP archive of stored or deflated files, found a damaged one`, {
      cause,
    })
  const sizes = new Map<string, number>()
  try {
    const files = unzipSync(bytes, {
      filter({ name, size, originalSize }) {
        // What is said to be larger than it can be is not given the memory for it.
        if (originalSize > MOST_INFLATED * (size + 1)) throw damaged()
        sizes.set(name, originalSize)
        return true
      },
    })
    for (const [name, { length }] of Object.entries(files)) if (length !== sizes.get(name)) throw damaged()
    return new Map(Object.entries(files))
  } catch (error) {
    throw error instanceof DataError ? error : damaged(error)
  }
}
