import { createHash } from 'node:crypto'
import type { RawDataSet } from '../../data/raw.js'

export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** Hash of what a data set holds, wherever and however it is stored. */
export function hashData({ train, val, test }: RawDataSet): string {
  const bytes = ({ buffer, byteOffset, byteLength }: Int32Array) =>
    new Uint8Array(buffer, byteOffset, byteLength)
  return sha256(...[train, val, test].flatMap(split => [split.pixels, bytes(split.labels)]))
}
