/** Most bits that are written or read at once. */
const MOST_BITS = 16

/** Bytes that `count` numbers of `bits` bits each take. */
export function packedBytes(count: number, bits: number): number {
  return Math.ceil((count * bits) / 8)
}

/** Puts numbers of few bits one behind the other, the highest bit first. */
export class BitWriter {
  readonly #bytes: Uint8Array
  #at = 0
  #pending = 0
  #held = 0

  /** @param bits how many will be written */
  constructor(bits: number) {
    this.#bytes = new Uint8Array(Math.ceil(bits / 8))
  }

  /** @param bits 0 to 16; `value` has no more */
  write(value: number, bits: number): void {
    this.#pending = ((this.#pending << bits) | value) & ((1 << (MOST_BITS + 8)) - 1)
    this.#held += bits
    for (; this.#held >= 8; this.#held -= 8)
      this.#bytes[this.#at++] = (this.#pending >>> (this.#held - 8)) & 255
  }

  /** The bytes; the last is filled up with zeros. */
  finish(): Uint8Array {
    if (this.#held > 0) this.#bytes[this.#at] = (this.#pending << (8 - this.#held)) & 255
    return this.#bytes
  }
}

/** Reads what a `BitWriter` wrote; past the end all bits are zero. */
export class BitReader {
  readonly #bytes: Uint8Array
  #at = 0
  #pending = 0
  #held = 0
  #taken = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Bits read so far; more than there are where the bytes were too few. */
  get taken(): number {
    return this.#taken
  }

  /** The next bits, which stay. @param bits 0 to 16 */
  peek(bits: number): number {
    for (; this.#held < bits; this.#held += 8)
      this.#pending = ((this.#pending << 8) | (this.#bytes[this.#at++] ?? 0)) & ((1 << (MOST_BITS + 8)) - 1)
    return (this.#pending >>> (this.#held - bits)) & ((1 << bits) - 1)
  }

  /** Goes on by as many bits as `peek` has seen, or fewer. */
  skip(bits: number): void {
    this.#held -= bits
    this.#taken += bits
  }

  read(bits: number): number {
    const value = this.peek(bits)
    this.skip(bits)
    return value
  }
}

/** Symbols of `bits` bits each, 1 to 8, one behind the other: exactly `packedBytes` of them. */
export function packBits(symbols: Uint8Array, bits: number): Uint8Array {
  const writer = new BitWriter(symbols.length * bits)
  for (const symbol of symbols) writer.write(symbol, bits)
  return writer.finish()
}

/** The first `count` symbols that `packBits` put into bytes. */
export function unpackBits(bytes: Uint8Array, count: number, bits: number): Uint8Array {
  const reader = new BitReader(bytes)
  const symbols = new Uint8Array(count)
  for (let i = 0; i < count; i++) symbols[i] = reader.read(bits)
  return symbols
}
