/** A slow and obvious reader of TensorBoard's event files, of what pare writes into them. */

export interface ReadEvent {
  readonly wallTime: number
  readonly step: number
  readonly version: string
  readonly scalars: Readonly<Record<string, number>>
}

/** CRC-32C bit by bit: polynomial 0x1edc6f41, reflected. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}

function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0
  return ((rotated >>> 17) | (rotated << 15)) >>> 0
}

function checked(bytes: Buffer, masked: number): Buffer {
  if (crc32c(bytes) !== unmask(masked)) throw new Error('a checksum is wrong')
  return bytes
}

export function readEvents(file: Uint8Array): readonly ReadEvent[] {
  const bytes = Buffer.from(file)
  const events: ReadEvent[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = Number(checked(bytes.subarray(at, at + 8), bytes.readUInt32LE(at + 8)).readBigUInt64LE())
    const end = at + 12 + length
    events.push(readEvent(checked(bytes.subarray(at + 12, end), bytes.readUInt32LE(end))))
    at = end + 4
  }
  return events
}

/** The fields of a protobuf message, each as the bytes of its value; of a varint, one byte for each seven bits. */
function fields(message: Buffer): readonly (readonly [number, Buffer])[] {
  const found: (readonly [number, Buffer])[] = []
  let at = 0
  const varint = () => {
    const start = at
    while (message[at]! & 0x80) at++
    at++
    return message.subarray(start, at)
  }
  while (at < message.length) {
    const key = integerOf(varint())
    const type = key & 7
    const length = { 0: 0, 1: 8, 2: type === 2 ? integerOf(varint()) : 0, 5: 4 }[type]
    if (length === undefined) throw new Error(`wire type ${type}`)
    found.push([key >> 3, type === 0 ? varint() : message.subarray(at, at + length)])
    if (type !== 0) at += length
  }
  return found
}

function integerOf(varint: Buffer): number {
  return varint.reduce((sum, byte, i) => sum + (byte & 0x7f) * 128 ** i, 0)
}

function readEvent(message: Buffer): ReadEvent {
  let event: ReadEvent = { wallTime: Number.NaN, step: 0, version: '', scalars: {} }
  for (const [number, value] of fields(message)) {
    if (number === 1) event = { ...event, wallTime: value.readDoubleLE() }
    else if (number === 2) event = { ...event, step: integerOf(value) }
    else if (number === 3) event = { ...event, version: value.toString() }
    else if (number === 5) event = { ...event, scalars: Object.fromEntries(fields(value).map(readValue)) }
    else throw new Error(`field ${number}`)
  }
  return event
}

function readValue([, value]: readonly [number, Buffer]): readonly [string, number] {
  const [tag, simple] = fields(value)
  if (tag?.[0] !== 1 || simple?.[0] !== 2) throw new Error('expected a tag and a simple value')
  return [tag[1].toString(), simple[1].readFloatLE()]
}
