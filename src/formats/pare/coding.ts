/** How the values of a tensor stand in a file: whole elements, or symbols of few bits, packed or in a Huffman code. */
export type ValueCoding = 'raw' | 'packed' | 'huffman'

/** Only some values stand in the file, with relative indices; all others are one and the same. */
export interface Sparse {
  /** Bits of a relative index, 1 to 8. */
  readonly indexBits: number
  readonly indices: 'packed' | 'huffman'
  /** The symbol that is left out; 0 for elements, of which those are left out whose bytes are all zero. */
  readonly absent: number
}

/** How a tensor stands in a file. */
export interface Coding {
  readonly values: ValueCoding
  /** Bits of a symbol, 1 to 8; of an element 8, 16, 32 or 64. */
  readonly bits: number
  readonly sparse: Sparse | null
}

/** What is coded of a tensor: the bytes of its elements, of `bits` bits each, or one symbol of `bits` bits an element. */
export interface Content {
  readonly kind: 'elements' | 'symbols'
  readonly bits: number
  /** Little-endian elements, or a symbol a byte. */
  readonly bytes: Uint8Array
}

/** Bytes of one value in `Content.bytes`. */
export function valueBytes(content: Pick<Content, 'kind' | 'bits'>): number {
  return content.kind === 'symbols' ? 1 : content.bits / 8
}
