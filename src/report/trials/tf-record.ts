import crc32c from 'crc-32/crc32c.js'

/** CRC-32C, rotated and offset, since a checksum of bytes that hold checksums is a weak one. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes) >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

/**
 * Records in TensorFlow's TFRecord framing: length (uint64), its masked CRC-32C, the bytes, theirs; little-endian
 * (tensorflow/core/lib/io/record_writer.h).
 */
export function writeTfRecords(records: readonly Uint8Array[]): Uint8Array {
  const frames = records.flatMap(bytes => {
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(bytes.length))
    return [length, uint32(maskedCrc(length)), bytes, uint32(maskedCrc(bytes))]
  })
  return Buffer.concat(frames)
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
