import { GraphError } from '../../graph/types.js'
import { packedBytes, unpackBits } from './bits.js'
import { type Coding, valueBytes } from './coding.js'
import { type Decoded, decodeHuffman } from './huffman.js'
import { positionsOf } from './sparse.js'

/** A tensor of more bytes than this for each of its own in the file is not one that was written here ... */
const MOST_EXPANSION = 256
/** ... unless it is small. */
const SMALL = 4096

/**
 * Whether a tensor of so many bytes may come from so few in a file. What is written keeps to it, so that no file takes
 * memory out of proportion to its size.
 */
export function isJustified(bytes: number, coded: number): boolean {
  return bytes <= SMALL + MOST_EXPANSION * coded
}

/**
 * The values of a tensor of `count` elements, as `Content.bytes` has them.
 * @throws GraphError for bytes that are no such tensor's, in words that follow its name.
 */
export function decode(payload: Uint8Array, coding: Coding, count: number): Uint8Array {
  const { sparse, values, bits } = coding
  const size = valueBytes({ kind: values === 'raw' ? 'elements' : 'symbols', bits })
  if (!isJustified(count * size, payload.length))
    throw new GraphError(`${payload.length} bytes are too few for ${count} elements`)
  if (sparse === null) return whole(decodeValues(payload, coding, count), payload.length)
  const { length: entries, rest } = entryCount(payload, count)
  const indices = decodeSymbols(rest, entries, sparse.indexBits, sparse.indices)
  const positions = positionsOf(indices.symbols, count)
  const left = rest.subarray(indices.bytes)
  const found = whole(decodeValues(left, coding, entries), left.length)
  const bytes = new Uint8Array(count * size).fill(sparse.absent)
  positions.forEach((position, i) => {
    bytes.set(found.subarray(i * size, (i + 1) * size), position * size)
  })
  return bytes
}

function entryCount(payload: Uint8Array, count: number): { length: number; rest: Uint8Array } {
  if (payload.length < 4) throw new GraphError('the number of its entries is cut short')
  const length = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true)
  if (length > count) throw new GraphError(`${length} entries for ${count} elements`)
  return { length, rest: payload.subarray(4) }
}

function decodeValues(bytes: Uint8Array, { values, bits }: Coding, count: number): Decoded {
  if (values !== 'raw') return decodeSymbols(bytes, count, bits, values)
  const length = count * (bits / 8)
  if (length > bytes.length) throw new GraphError(`expected ${length} bytes, found ${bytes.length}`)
  return { symbols: bytes.subarray(0, length), bytes: length }
}

function decodeSymbols(
  bytes: Uint8Array,
  count: number,
  bits: number,
  coding: 'packed' | 'huffman',
): Decoded {
  if (coding === 'huffman') return decodeHuffman(bytes, count, bits)
  const length = packedBytes(count, bits)
  if (length > bytes.length) throw new GraphError(`expected ${length} bytes, found ${bytes.length}`)
  return { symbols: unpackBits(bytes, count, bits), bytes: length }
}

/** What was decoded from all of `length` bytes. @throws GraphError where some are left. */
function whole({ symbols, bytes }: Decoded, length: number): Uint8Array {
  if (bytes !== length) throw new GraphError(`expected ${bytes} bytes, found ${length}`)
  return symbols
}
