import { GraphError } from '../../graph/types.js'

/** Reads bytes in order. Each method throws a GraphError where they end too early. */
export class Cursor {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#view.getUint8(this.#step(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#step(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#step(4), true)
  }

  /** The next bytes, not copied. */
  take(length: number): Uint8Array {
    const start = this.#step(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** A text behind its length in bytes. */
  text(): string {
    return new TextDecoder().decode(this.take(this.u16()))
  }

  #step(length: number): number {
    if (length > this.left) throw new GraphError('the file is cut short')
    const start = this.#at
    this.#at += length
    return start
  }
}
