import { packBits } from './bits.js'
import { type Coding, type Content, valueBytes } from './coding.js'
import { encodeHuffman } from './huffman.js'
import { entriesOf } from './sparse.js'

/** The content of a tensor in a coding that suits its kind. */
export function encode(content: Content, coding: Coding): Uint8Array {
  const { sparse } = coding
  if (sparse === null) return encodeValues(content, coding)
  const { skips, positions } = entriesOf(presentIn(content, sparse.absent), sparse.indexBits)
  const count = Buffer.alloc(4)
  count.writeUInt32LE(positions.length)
  return Buffer.concat([
    count,
    encodeSymbols(skips, sparse.indexBits, sparse.indices),
    encodeValues(taken(content, positions), coding),
  ])
}

function encodeValues(content: Content, { values, bits }: Coding): Uint8Array {
  return values === 'raw' ? content.bytes : encodeSymbols(content.bytes, bits, values)
}

function encodeSymbols(symbols: Uint8Array, bits: number, coding: 'packed' | 'huffman'): Uint8Array {
  return coding === 'packed' ? packBits(symbols, bits) : encodeHuffman(symbols, bits)
}

/** Positions of the values that are not the one left out, ascending. */
export function presentIn(content: Content, absent: number): Uint32Array {
  const { bytes } = content
  const size = valueBytes(content)
  const positions = new Uint32Array(bytes.length / size)
  let found = 0
  for (let i = 0; i < positions.length; i++) {
    let at = i * size
    while (at < (i + 1) * size && bytes[at] === absent) at++
    if (at < (i + 1) * size) positions[found++] = i
  }
  return positions.subarray(0, found)
}

/** The values at some positions. */
function taken(content: Content, positions: Uint32Array): Content {
  const size = valueBytes(content)
  const bytes = new Uint8Array(positions.length * size)
  positions.forEach((position, i) => {
    bytes.set(content.bytes.subarray(position * size, (position + 1) * size), i * size)
  })
  return { ...content, bytes }
}
