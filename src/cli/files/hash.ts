import { createHash } from 'node:crypto'
import type { RawDataSet, RawSplit } from '../../data/raw.js'

export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** Hash of what a data set holds, wherever and however it is stored. */
export function hashData({ train, val, test }: RawDataSet): string {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    new Uint8Array(buffer, byteOffset, byteLength)
  const ofSplit = ({ pixels, labels, targets = {} }: RawSplit) => [
    ...[bytes(pixels), bytes(labels)],
    ...Object.entries(targets).flatMap(([name, { values }]) => [
      new TextEncoder().encode(name),
      bytes(values),
    ]),
  ]
  return sha256(...[train, val, test].flatMap(ofSplit))
}
