import { renderToString } from 'ink'
import type { Block, Row } from './block.js'
import { Rows } from './rows.js'

/** Turns rows into what is written to a terminal of so many columns. */
export type Paint = (rows: Block, columns: number) => readonly string[]

/**
 * A painter that remembers the rows of its last frame, wherever they stood: Ink takes tens of milliseconds for a large
 * frame, and most rows stay as they are from one to the next.
 */
export function createPaint(colors: boolean): Paint {
  let known = new Map<string, string>()
  return (rows, columns) => {
    const keys = rows.map(row => `${columns} ${JSON.stringify(row)}`)
    const fresh = new Map(
      keys.flatMap((key, i): [string, Row][] => (known.has(key) ? [] : [[key, rows[i]!]])),
    )
    const drawn = fresh.size === 0 ? [] : painted([...fresh.values()], columns, colors)
    const next = new Map([...fresh.keys()].map((key, i) => [key, drawn[i] ?? '']))
    const texts = keys.map(key => next.get(key) ?? known.get(key) ?? '')
    known = new Map(keys.map((key, i) => [key, texts[i]!]))
    return texts
  }
}

function painted(rows: Block, columns: number, colors: boolean): readonly string[] {
  // A row without anything would have no line.
  const filled = rows.map(row => (row.some(({ text }) => text !== '') ? row : [{ text: ' ' }]))
  return renderToString(<Rows rows={filled} colors={colors} />, { columns })
    .split('\n')
    .map(line => line.trimEnd())
}
