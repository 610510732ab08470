import { describe, expect, it } from 'vitest'
import { codeLengths } from '../../../src/formats/pare/code-lengths.js'
import {
  countSymbols,
  decodeHuffman,
  encodeHuffman,
  huffmanBytes,
} from '../../../src/formats/pare/huffman.js'
import { type Random, randomStream } from '../../../src/random.js'

/** Symbols of which a few come far more often than the rest, or only one, or none. */
function symbolsOf(random: Random, bits: number): Uint8Array {
  const [size, skew] = [2 ** bits, 1 + random.below(12)]
  const length = [0, 1, 7, 500][random.below(4)]!
  return Uint8Array.from({ length }, () => Math.floor(random.uniform() ** skew * size))
}

/** The codes of lengths by the definition: in the order of length and symbol, each the one after the one before. */
function slowCodes(lengths: Uint8Array): Map<string, number> {
  const order = [...lengths.keys()].filter(symbol => lengths[symbol]! > 0)
  order.sort((a, b) => lengths[a]! - lengths[b]! || a - b)
  const codes = new Map<string, number>()
  let [code, length] = [-1, 0]
  for (const symbol of order) {
    code = (code + 1) * 2 ** (lengths[symbol]! - length)
    length = lengths[symbol]!
    codes.set(code.toString(2).padStart(length, '0'), symbol)
  }
  return codes
}

/** Reads digit by digit until what was read is a code. */
function slowDecode(bytes: Uint8Array, count: number, bits: number): number[] {
  const digits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
  const lengths = Uint8Array.from({ length: 2 ** bits }, (_, symbol) =>
    Number.parseInt(digits.slice(4 * symbol, 4 * symbol + 4), 2),
  )
  const codes = slowCodes(lengths)
  if (codes.size === 1) return Array.from({ length: count }, () => [...codes.values()][0]!)
  let at = Math.ceil((4 * 2 ** bits) / 8) * 8
  const symbols: number[] = []
  for (let read = ''; symbols.length < count; ) {
    read += digits[at++]
    const symbol = codes.get(read)
    if (symbol === undefined) continue
    symbols.push(symbol)
    read = ''
  }
  return symbols
}

/** The fewest bits that any prefix code needs, by joining the two rarest again and again. */
function fewestBits(counts: readonly number[]): number {
  const left = counts.filter(count => count > 0)
  let bits = 0
  while (left.length > 1) {
    left.sort((a, b) => b - a)
    const joined = left.pop()! + left.pop()!
    bits += joined
    left.push(joined)
  }
  return bits
}

describe('Huffman codes', () => {
  it('are read as a slow decoder reads them, and have the bytes foretold', () => {
    for (let number = 0; number < 200; number++) {
      const random = randomStream(1, number, 'huffman')
      const bits = 1 + random.below(8)
      const symbols = symbolsOf(random, bits)
      const bytes = encodeHuffman(symbols, bits)
      expect(bytes.length).toBe(huffmanBytes(countSymbols(symbols, bits)))
      expect(slowDecode(bytes, symbols.length, bits), `case ${number}`).toEqual([...symbols])
      const behind = Buffer.concat([bytes, Buffer.from('behind')])
      expect(decodeHuffman(behind, symbols.length, bits)).toEqual({ symbols, bytes: bytes.length })
    }
  })

  it('take the fewest bits where no length is limited', () => {
    for (let number = 0; number < 100; number++) {
      const random = randomStream(2, number, 'huffman')
      const counts = Array.from({ length: 1 + random.below(40) }, () => random.below(1000))
      const lengths = codeLengths(counts)
      const bits = counts.reduce((sum, count, symbol) => sum + count * lengths[symbol]!, 0)
      if (counts.filter(count => count > 0).length > 1) expect(bits).toBe(fewestBits(counts))
    }
  })

  it('are limited in length, complete, and of all such codes the best', () => {
    const fibonacci = [1, 1]
    while (fibonacci.length < 30) fibonacci.push(fibonacci.at(-1)! + fibonacci.at(-2)!)
    const lengths = codeLengths(fibonacci)
    expect(Math.max(...lengths)).toBe(15)
    expect(lengths.reduce((sum, length) => sum + 2 ** -length, 0)).toBe(1)
    // Of four symbols with codes of at most two bits, every code has two.
    expect([...codeLengths([1, 2, 4, 8], 2)]).toEqual([2, 2, 2, 2])
    // Of five with at most three: the best has the most frequent in one bit less than two of the others.
    expect([...codeLengths([1, 1, 1, 1, 100], 3)]).toEqual([3, 3, 3, 3, 1])
  })

  it.each([
    ['no symbol', Uint8Array.of(0), 1],
    ['too many codes', Uint8Array.of(0x11, 0x11), 1],
    ['too few codes', Uint8Array.of(0x12, 0), 1],
    ['codes that end too early', Uint8Array.of(0x11), 9],
    ['no lengths', Uint8Array.of(), 0],
  ])('of %s are refused', (_, bytes, count) => {
    expect(() => decodeHuffman(bytes, count, bytes.length === 2 ? 2 : 1)).toThrow(/code/)
  })
})
