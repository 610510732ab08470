import stringWidth from 'string-width'
import type { Size } from './layout.js'
import type { Theme } from './theme.js'

/** How text is set; nothing is told by it alone. */
export type Tone = 'plain' | 'strong' | 'quiet' | 'bad' | 'good' | 'first' | 'second' | 'selected'

export interface Span {
  readonly text: string
  readonly tone?: Tone
}

/** A row of the screen. */
export type Row = readonly Span[]

/** Rows from above. */
export type Block = readonly Row[]

export function row(text: string, tone: Tone = 'plain'): Row {
  return [{ text, tone }]
}

/** Columns that text takes on a terminal. */
export function columnsOf(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text)
}

export function widthOf(spans: Row): number {
  return spans.reduce((sum, { text }) => sum + columnsOf(text), 0)
}

/** Text of at most `width` columns; what is cut off at the end leaves the ellipsis. */
export function clip(text: string, width: number, { glyphs: { ellipsis } }: Theme): string {
  if (columnsOf(text) <= width) return text
  const mark = ellipsis.slice(0, Math.max(0, width))
  return head([...text], width - mark.length) + mark
}

/** Like `clip`, for names of which the end tells most. */
export function clipStart(text: string, width: number, { glyphs: { ellipsis } }: Theme): string {
  if (columnsOf(text) <= width) return text
  const mark = ellipsis.slice(0, Math.max(0, width))
  return mark + [...head([...text].reverse(), width - mark.length)].reverse().join('')
}

function head(characters: readonly string[], width: number): string {
  let room = width
  const end = characters.findIndex(character => {
    room -= columnsOf(character)
    return room < 0
  })
  return characters.slice(0, end === -1 ? undefined : end).join('')
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - columnsOf(text))) + text
}

/** A row of at most `width` columns. */
export function clipRow(spans: Row, width: number, theme: Theme): Row {
  if (widthOf(spans) <= width) return spans
  let room = width
  return spans.flatMap(({ text, tone }): Row => {
    if (room <= 0) return []
    const cut = clip(text, room, theme)
    room = cut === text ? room - columnsOf(text) : 0
    return [{ text: cut, ...(tone === undefined ? {} : { tone }) }]
  })
}

/** Exactly as many rows as said, none wider. */
export function sized(block: Block, { width, height }: Size, theme: Theme): Block {
  return Array.from({ length: Math.max(0, height) }, (_, i) => clipRow(block[i] ?? [], width, theme))
}

/** Rows under a title on a rule, exactly as large as said. */
export function panel(title: string, rows: Block, size: Size, theme: Theme): Block {
  const { rule } = theme.glyphs
  const start = `${rule} ${clip(title, size.width - 4, theme)} `
  const line = start + rule.repeat(Math.max(0, size.width - columnsOf(start)))
  return sized([row(line, 'strong'), ...rows], size, theme)
}

/** Two blocks side by side, the second from column `left` on. */
export function beside(first: Block, second: Block, left: number): Block {
  return Array.from({ length: Math.max(first.length, second.length) }, (_, i) => {
    const [start, end] = [first[i] ?? [], second[i] ?? []]
    if (end.length === 0) return start
    return [...start, { text: ' '.repeat(Math.max(0, left - widthOf(start))) }, ...end]
  })
}

/** Texts of several columns that line up, two spaces between them; 'left' where no side is said. */
export function aligned(
  rows: readonly (readonly string[])[],
  sides: readonly ('left' | 'right')[],
): readonly string[] {
  const widths = sides.map((_, column) => Math.max(0, ...rows.map(cells => columnsOf(cells[column] ?? ''))))
  return rows.map(cells =>
    cells
      .map((text, column) =>
        sides[column] === 'right' ? padStart(text, widths[column]!) : padEnd(text, widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
