import { expect, it } from 'vitest'
import type { Coding, Content } from '../../../src/formats/pare/coding.js'
import { decode } from '../../../src/formats/pare/decode.js'
import { encode } from '../../../src/formats/pare/encode.js'
import { countSymbols } from '../../../src/formats/pare/huffman.js'
import { plainCoding, smallestCoding } from '../../../src/formats/pare/smallest.js'
import { entriesOf, positionsOf } from '../../../src/formats/pare/sparse.js'
import { type Random, randomStream } from '../../../src/random.js'

const INDEX_BITS = [1, 2, 3, 4, 5, 6, 7, 8]

it('relative indices are those of figure 2 of Deep Compression', () => {
  // Weights at 1, 4 and 15, three bits an index: a zero stands at 12, for the gap is longer than eight.
  expect(entriesOf(Uint32Array.of(1, 4, 15), 3)).toEqual({
    skips: Uint8Array.of(1, 2, 7, 2),
    positions: Uint32Array.of(1, 4, 12, 15),
  })
  expect(() => positionsOf(Uint8Array.of(1, 2, 7, 2), 15)).toThrow('an entry stands at 15 of 15 elements')
})

/** A tensor that is zero for the most part, of elements or of symbols. */
function contentOf(random: Random): Content {
  const [count, zeros] = [random.below(500), random.uniform() ** 0.3]
  const isZero = () => random.uniform() < zeros
  if (random.below(2) === 0) {
    const bits = [8, 16, 32, 64][random.below(4)]!
    const bytes = new Uint8Array((count * bits) / 8)
    for (let i = 0; i < count; i++)
      if (!isZero()) for (let j = 0; j < bits / 8; j++) bytes[(i * bits) / 8 + j] = random.below(256)
    return { kind: 'elements', bits, bytes }
  }
  const bits = 1 + random.below(8)
  const zero = random.below(2 ** bits)
  const bytes = Uint8Array.from({ length: count }, () => (isZero() ? zero : random.below(2 ** bits)))
  return { kind: 'symbols', bits, bytes }
}

/** All codings of a content that leave one symbol out. */
function sparseCodings({ kind, bits }: Content, absent: number): Coding[] {
  const values = kind === 'symbols' ? (['packed', 'huffman'] as const) : (['raw'] as const)
  return INDEX_BITS.flatMap(indexBits =>
    (['packed', 'huffman'] as const).flatMap(indices =>
      values.map(coding => ({ values: coding, bits, sparse: { indexBits, indices, absent } })),
    ),
  )
}

it('every coding gives back the tensor, and the smallest is the smallest', () => {
  for (let number = 0; number < 100; number++) {
    const random = randomStream(1, number, 'sparse')
    const content = contentOf(random)
    const { kind, bits, bytes } = content
    const bytesOf = (coding: Coding) => {
      const payload = encode(content, coding)
      const count = bytes.length / (kind === 'symbols' ? 1 : bits / 8)
      expect(Buffer.compare(decode(payload, coding, count), bytes), `case ${number}`).toBe(0)
      return payload.length
    }
    const counts = kind === 'symbols' ? [...countSymbols(bytes, bits)] : [1]
    const all = [
      plainCoding(content),
      ...(kind === 'symbols' ? [{ values: 'huffman', bits, sparse: null } as const] : []),
      ...sparseCodings(content, counts.indexOf(Math.max(...counts))),
    ]
    const plain = all.filter(({ values, sparse }) => values !== 'huffman' && sparse?.indices !== 'huffman')
    expect(bytesOf(smallestCoding(content)), `case ${number}`).toBe(Math.min(...all.map(bytesOf)))
    expect(bytesOf(smallestCoding(content, false)), `case ${number}`).toBe(Math.min(...plain.map(bytesOf)))
    if (kind === 'symbols') sparseCodings(content, random.below(2 ** bits)).forEach(bytesOf)
  }
})
