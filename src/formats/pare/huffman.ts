import { GraphError } from '../../graph/types.js'
import { BitReader, BitWriter, packBits, packedBytes, unpackBits } from './bits.js'
import { codeLengths, LONGEST_CODE } from './code-lengths.js'

/** Bits of a code's length. */
const LENGTH_BITS = 4

/** How often each symbol of `bits` bits comes. */
export function countSymbols(symbols: Uint8Array, bits: number): Uint32Array {
  const counts = new Uint32Array(2 ** bits)
  for (const symbol of symbols) counts[symbol] = counts[symbol]! + 1
  return counts
}

/** Bytes that the lengths of the codes of all symbols of `bits` bits take. */
function headerBytes(bits: number): number {
  return packedBytes(2 ** bits, LENGTH_BITS)
}

/** Bytes that `encodeHuffman` makes of symbols that come so often. @param counts of all symbols of their bits */
export function huffmanBytes(counts: Uint32Array): number {
  return headerBytes(Math.log2(counts.length)) + packedBytes(codedBits(counts, codeLengths(counts)), 1)
}

/** A symbol that stands alone needs no bits: that there is no other says all. */
function codedBits(counts: Uint32Array, lengths: Uint8Array): number {
  if (lengths.filter(length => length > 0).length < 2) return 0
  return counts.reduce((sum, count, symbol) => sum + count * lengths[symbol]!, 0)
}

/** Canonical codes by their lengths: ascending by length, then by symbol (RFC 1951, section 3.2.2). */
function codesOf(lengths: Uint8Array): Uint16Array {
  const codes = new Uint16Array(lengths.length)
  let code = 0
  for (let length = 1; length <= LONGEST_CODE; length++) {
    for (const [symbol, own] of lengths.entries()) if (own === length) codes[symbol] = code++
    code <<= 1
  }
  return codes
}

/**
 * Symbols in a canonical Huffman code of their own: the length of each symbol's code in four bits, 0 for one that never
 * comes, then the codes, the highest bit first. zlib has the same codes, but its bytes may differ from one version to the
 * next, and a file's must not.
 * @param bits of a symbol, 1 to 8
 */
export function encodeHuffman(symbols: Uint8Array, bits: number): Uint8Array {
  const counts = countSymbols(symbols, bits)
  const lengths = codeLengths(counts)
  const codes = codesOf(lengths)
  const coded = codedBits(counts, lengths)
  const writer = new BitWriter(coded)
  if (coded > 0) for (const symbol of symbols) writer.write(codes[symbol]!, lengths[symbol]!)
  return Buffer.concat([packBits(lengths, LENGTH_BITS), writer.finish()])
}

/** Symbols that were read, and the bytes they took. */
export interface Decoded {
  readonly symbols: Uint8Array
  readonly bytes: number
}

/**
 * Reads `count` symbols that `encodeHuffman` wrote to the start of some bytes.
 * @throws GraphError where the lengths are those of no code, or the bytes end too early.
 */
export function decodeHuffman(bytes: Uint8Array, count: number, bits: number): Decoded {
  const header = headerBytes(bits)
  if (bytes.length < header) throw new GraphError('the lengths of its codes are cut short')
  const lengths = unpackBits(bytes, 2 ** bits, LENGTH_BITS)
  const used = lengths.filter(length => length > 0)
  if (used.length < 2) {
    if (used.length === 0 ? count > 0 : used[0] !== 1) throw noCode()
    return { symbols: new Uint8Array(count).fill(Math.max(0, lengths.indexOf(1))), bytes: header }
  }
  const longest = Math.max(...used)
  const table = tableOf(lengths, longest)
  const reader = new BitReader(bytes.subarray(header))
  const symbols = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    const symbol = table[reader.peek(longest)]!
    symbols[i] = symbol
    reader.skip(lengths[symbol]!)
  }
  const end = header + packedBytes(reader.taken, 1)
  if (end > bytes.length) throw new GraphError('its codes are cut short')
  return { symbols, bytes: end }
}

/** The symbol whose code the next `longest` bits begin with. @throws GraphError where some begin with none or with two. */
function tableOf(lengths: Uint8Array, longest: number): Uint8Array {
  const room = 2 ** longest
  if (lengths.reduce((sum, length) => sum + (length === 0 ? 0 : room >> length), 0) !== room) throw noCode()
  const table = new Uint8Array(room)
  const codes = codesOf(lengths)
  for (const [symbol, length] of lengths.entries())
    if (length > 0)
      table.fill(symbol, codes[symbol]! << (longest - length), (codes[symbol]! + 1) << (longest - length))
  return table
}

function noCode(): GraphError {
  return new GraphError('the lengths of its codes are those of no code')
}
