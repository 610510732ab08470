import { crc32 } from 'node:zlib'
import type { SqlValue } from './database.js'

/**
 * CRC-32 over the values of a row, in order. SQLite keeps no checksums: a byte that changes on the disk within a figure
 * would otherwise be another figure.
 */
export function checksum(values: readonly SqlValue[]): number {
  return values.reduce<number>((crc, value) => {
    const bytes = value instanceof Uint8Array ? value : Buffer.from(value === null ? '' : String(value))
    return crc32(bytes, crc32(`${value === null ? 'null' : bytes.byteLength}:`, crc))
  }, 0)
}
