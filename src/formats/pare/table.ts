import type { FakeQuantize } from '../../graph/fake-quantize.js'
import { GraphError } from '../../graph/types.js'
import type { Coding, ValueCoding } from './coding.js'
import { Cursor } from './cursor.js'
import { ENTRY_BYTES } from './layout.js'

/** What a file says of a constant beside its name, element type and shape. */
export interface Entry {
  readonly coding: Coding
  /** Bytes of its data. */
  readonly length: number
  /** CRC-32 of its data. */
  readonly checksum: number
  /** The quantiser of a weight that stands as integers; its data begin with the scales. */
  readonly quantizer: StoredQuantizer | null
}

/** A weight's quantiser but for what the constant itself says. */
export interface StoredQuantizer extends Pick<FakeQuantize, 'scale' | 'output' | 'axis'> {
  /** Id of its node. */
  readonly node: string
  /** Axes of the constant with its scales. */
  readonly scaleRank: number
}

const values: readonly ValueCoding[] = ['raw', 'packed', 'huffman']

const [SPARSE, HUFFMAN_INDICES, QUANTIZED, KNOWN] = [4, 8, 16, 31]

/** Where a quantiser has no axis: a scale of shape [], and one of shape [1]. */
const [SCALAR, VECTOR] = [255, 254]

/** The most bytes that a name has in the table, and the last axis. */
export const LONGEST_NAME = 2 ** 16 - 1
export const LAST_AXIS = VECTOR - 1

function namesOf({ node, output, scale }: StoredQuantizer): readonly string[] {
  return [node, output, scale]
}

/** Bytes of an entry. */
export function entryBytes(quantizer: StoredQuantizer | null): number {
  if (quantizer === null) return ENTRY_BYTES
  return namesOf(quantizer).reduce((sum, name) => sum + 2 + Buffer.byteLength(name), ENTRY_BYTES + 1)
}

/** An entry as bytes: u8 flags, bits, bits of relative indices and symbol left out, u32 length and checksum, quantiser. */
export function writeEntry({ coding, length, checksum, quantizer }: Entry): Uint8Array {
  const { sparse } = coding
  const bytes = Buffer.alloc(entryBytes(quantizer))
  const flags =
    values.indexOf(coding.values) |
    (sparse === null ? 0 : SPARSE) |
    (sparse?.indices === 'huffman' ? HUFFMAN_INDICES : 0) |
    (quantizer === null ? 0 : QUANTIZED)
  bytes.set([flags, coding.bits, sparse?.indexBits ?? 0, sparse?.absent ?? 0])
  bytes.writeUInt32LE(length, 4)
  bytes.writeUInt32LE(checksum, 8)
  if (quantizer === null) return bytes
  bytes[ENTRY_BYTES] = quantizer.axis ?? (quantizer.scaleRank === 0 ? SCALAR : VECTOR)
  let at = ENTRY_BYTES + 1
  for (const name of namesOf(quantizer)) {
    at = bytes.writeUInt16LE(Buffer.byteLength(name), at)
    at += bytes.write(name, at)
  }
  return bytes
}

/** All entries of a table. @throws GraphError where it has not exactly so many, or one stands for no coding. */
export function readTable(table: Uint8Array, count: number): Entry[] {
  const cursor = new Cursor(table)
  const entries = Array.from({ length: count }, () => readEntry(cursor))
  if (cursor.left > 0) throw new GraphError(`its table of constants has ${cursor.left} bytes too many`)
  return entries
}

function readEntry(cursor: Cursor): Entry {
  const [flags, bits, indexBits, absent] = [cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8()]
  const [length, checksum] = [cursor.u32(), cursor.u32()]
  const kind = values[flags & 3]
  const isSparse = (flags & SPARSE) !== 0
  const known = kind !== undefined && (flags & ~KNOWN) === 0
  const width = kind === 'raw' ? [8, 16, 32, 64].includes(bits) : bits >= 1 && bits <= 8
  const indices = isSparse ? indexBits >= 1 && indexBits <= 8 : indexBits + absent === 0
  const huffman = (flags & HUFFMAN_INDICES) !== 0
  if (!(known && width && indices && (isSparse || !huffman)) || absent >= 2 ** (kind === 'raw' ? 0 : bits))
    throw new GraphError(`coding ${flags} of ${bits} and ${indexBits} bits is not known`)
  const sparse = isSparse ? ({ indexBits, absent, indices: huffman ? 'huffman' : 'packed' } as const) : null
  const quantizer = (flags & QUANTIZED) === 0 ? null : readQuantizer(cursor)
  return { coding: { values: kind, bits, sparse }, length, checksum, quantizer }
}

function readQuantizer(cursor: Cursor): StoredQuantizer {
  const axis = cursor.u8()
  const [node, output, scale] = [cursor.text(), cursor.text(), cursor.text()]
  return { node, output, scale, axis: axis > LAST_AXIS ? null : axis, scaleRank: axis === SCALAR ? 0 : 1 }
}
