import { crc32 } from 'node:zlib'
import { CHECKED_HEADER_BYTES, ENTRY_BYTES, HEADER_BYTES } from '../../../src/formats/pare/layout.js'

/** Where the table of a file begins and ends, as its header says. */
export function tableRange(file: Uint8Array): readonly [number, number] {
  const bytes = Buffer.from(file)
  if (bytes.length < HEADER_BYTES) return [bytes.length, bytes.length]
  const start = HEADER_BYTES + bytes.readUInt32LE(8)
  const end = start + bytes.readUInt32LE(16)
  return [Math.min(start, bytes.length), Math.min(end, bytes.length)]
}

/** A damaged file with the checksums that it would have, had it been written so: the damage gets past them. */
export function sealed(file: Uint8Array): Uint8Array {
  const bytes = Buffer.from(file)
  const [start, end] = tableRange(bytes)
  let data = end
  for (let entry = start; entry + ENTRY_BYTES <= end; ) {
    const length = bytes.readUInt32LE(entry + 4)
    bytes.writeUInt32LE(crc32(bytes.subarray(data, data + length)), entry + 8)
    data += length
    const quantized = (bytes[entry]! & 16) !== 0
    entry += ENTRY_BYTES + (quantized ? 1 : 0)
    for (let name = 0; quantized && name < 3 && entry + 2 <= end; name++)
      entry += 2 + bytes.readUInt16LE(entry)
  }
  if (bytes.length >= HEADER_BYTES) {
    const checksum = crc32(bytes.subarray(HEADER_BYTES, end), crc32(bytes.subarray(0, CHECKED_HEADER_BYTES)))
    bytes.writeUInt32LE(checksum, CHECKED_HEADER_BYTES)
  }
  return bytes
}

/** A file with another skeleton, as it stands, and right checksums. */
export function withSkeleton(file: Uint8Array, skeleton: Uint8Array): Uint8Array {
  const header = Buffer.from(file.subarray(0, HEADER_BYTES))
  header.writeUInt16LE(0, 6)
  header.writeUInt32LE(skeleton.length, 8)
  header.writeUInt32LE(skeleton.length, 12)
  return sealed(Buffer.concat([header, skeleton, file.subarray(tableRange(file)[0])]))
}
