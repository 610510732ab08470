import { ascii, type Theme } from './theme.js'

/** A field of dots in a plane: in braille two columns and four rows of dots a cell, in ASCII one. */
export interface Canvas {
  /** x and y in [0,1], from the left and from below. */
  dot(x: number, y: number): void
  /** Rows of cells from above; cells without a dot are blanks. */
  rows(): readonly string[]
}

/** Bits of the dots of a braille cell, by row and column (Unicode 15, block U+2800). */
const bits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const

export function canvas(width: number, height: number, { glyphs }: Theme): Canvas {
  const isAscii = glyphs === ascii
  const [across, down] = isAscii ? [1, 1] : [2, 4]
  const cells = new Uint8Array(width * height)
  return {
    dot(x, y) {
      const column = Math.round(x * (width * across - 1))
      const line = Math.round((1 - y) * (height * down - 1))
      const bit = isAscii ? 1 : bits[line % down]![column % across]!
      cells[Math.floor(line / down) * width + Math.floor(column / across)]! |= bit
    },
    rows: () =>
      Array.from({ length: height }, (_, line) =>
        Array.from(cells.subarray(line * width, (line + 1) * width), cell =>
          cell === 0 ? ' ' : isAscii ? '.' : String.fromCodePoint(0x2800 + cell),
        ).join(''),
      ),
  }
}
