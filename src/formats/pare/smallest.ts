import { packedBytes } from './bits.js'
import { type Coding, type Content, type Sparse, valueBytes } from './coding.js'
import { isJustified } from './decode.js'
import { presentIn } from './encode.js'
import { countSymbols, huffmanBytes } from './huffman.js'
import { countEntries, gapsOf } from './sparse.js'

/** A coding and the bytes that a content takes in it. */
interface Candidate {
  readonly coding: Coding
  readonly bytes: number
}

const INDEX_BITS = [1, 2, 3, 4, 5, 6, 7, 8]

/** The coding in which every element takes as many bits as any other. */
export function plainCoding({ kind, bits }: Content): Coding {
  return { values: kind === 'elements' ? 'raw' : 'packed', bits, sparse: null }
}

/**
 * The coding in which a content takes the fewest bytes; of equally small ones, the simplest.
 * @param huffman whether symbols and indices may have a Huffman code; else all take the same bits
 */
export function smallestCoding(content: Content, huffman = true): Coding {
  const size = content.bytes.length
  const candidates = [...dense(content), ...sparse(content)].filter(
    ({ coding, bytes }) => isJustified(size, bytes) && (huffman || !hasHuffman(coding)),
  )
  return candidates.reduce((best, other) => (other.bytes < best.bytes ? other : best)).coding
}

function hasHuffman({ values, sparse }: Coding): boolean {
  return values === 'huffman' || sparse?.indices === 'huffman'
}

function dense(content: Content): Candidate[] {
  const { kind, bits, bytes } = content
  const plain = plainCoding(content)
  if (kind === 'elements') return [{ coding: plain, bytes: bytes.length }]
  return valueCandidates(countSymbols(bytes, bits), bits).map(({ values, bytes }) => ({
    coding: { ...plain, values },
    bytes,
  }))
}

function sparse(content: Content): Candidate[] {
  const { kind, bits, bytes } = content
  const counts = kind === 'symbols' ? countSymbols(bytes, bits) : null
  const absent = counts === null ? 0 : counts.indexOf(Math.max(...counts))
  const gaps = gapsOf(presentIn(content, absent))
  return INDEX_BITS.flatMap(indexBits => {
    const { entries, skips } = countEntries(gaps, indexBits)
    const found = counts?.slice()
    if (found !== undefined) found[absent] = entries - gaps.length
    const values =
      found === undefined
        ? [{ values: 'raw' as const, bytes: entries * valueBytes(content) }]
        : valueCandidates(found, bits)
    return valueCandidates(skips, indexBits).flatMap(indices =>
      values.map(value => {
        const left: Sparse = { indexBits, indices: indices.values, absent }
        return {
          coding: { values: value.values, bits, sparse: left },
          bytes: 4 + indices.bytes + value.bytes,
        }
      }),
    )
  })
}

/** Both codings of symbols that come so often. */
function valueCandidates(counts: Uint32Array, bits: number) {
  const count = counts.reduce((sum, n) => sum + n, 0)
  return [
    { values: 'packed' as const, bytes: packedBytes(count, bits) },
    { values: 'huffman' as const, bytes: huffmanBytes(counts) },
  ]
}
