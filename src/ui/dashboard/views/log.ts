import type { LogLine } from '../../log.js'
import { type Block, panel, row } from '../block.js'
import type { Size } from '../layout.js'
import { firstShown, type Listing, listingOf, positionIn } from '../listing.js'
import type { Scene } from '../scene.js'
import { printable, shown } from '../theme.js'
import { wrapped } from '../wrapped.js'

/** The lines that are searched for, by their numbers. */
export function logListing({ view, ui }: Scene): Listing {
  return listingOf(
    linesOf(view.log, ui.lists.log.query).map(({ number }) => number),
    'last',
  )
}

export function logRoom({ height }: Size): number {
  return height - 1
}

/** What happened, newest last; the selected line is shown in full. */
export function log(scene: Scene, size: Size): Block {
  const { view, ui, theme } = scene
  const { query, selected } = ui.lists.log
  const lines = linesOf(view.log, query)
  const position = positionIn(logListing(scene), selected)
  const whole = selected === null ? [] : wrapped(textOf(lines[position], scene), size.width - 2)
  const room = logRoom(size) - Math.max(0, whole.length - 1)
  const first = firstShown(lines.length, position, room)
  const rows = lines.slice(first, first + room).flatMap((line, i): Block => {
    const isSelected = selected !== null && first + i === position
    if (isSelected) return whole.map((text, j) => row(`${j === 0 ? '> ' : '  '}${text}`, 'selected'))
    return [row(`  ${textOf(line, scene)}`, line.isBad ? 'bad' : 'plain')]
  })
  const what = query === '' ? '' : ` with ${shown(query, theme)}`
  const at = selected === null ? 'newest last' : `line ${position + 1}`
  return panel(
    `log: ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}${what}, ${at}`,
    rows,
    size,
    theme,
  )
}

function linesOf(log: readonly LogLine[], query: string): readonly LogLine[] {
  if (query === '') return log
  const wanted = query.toLowerCase()
  return log.filter(({ text }) => text.toLowerCase().includes(wanted))
}

function textOf(line: LogLine | undefined, { theme }: Scene): string {
  if (line === undefined) return ''
  return `${new Date(line.at).toTimeString().slice(0, 8)}  ${printable(line.text, theme)}`
}
