import { isUnicode } from '../charset.js'
import { oneLine } from '../format.js'
import type { LineSymbols } from '../line-chart.js'

/** What the dashboard draws with. Every glyph is one column wide; `ellipsis` may be longer. */
export interface Glyphs {
  readonly full: string
  readonly empty: string
  readonly rule: string
  readonly dot: string
  readonly ellipsis: string
  readonly atMost: string
  readonly arrow: string
  /** Rising and falling order. */
  readonly up: string
  readonly down: string
  /** Levels from nothing to full, for lines of figures. */
  readonly levels: readonly string[]
  /** A trial on the front. */
  readonly point: string
  /** A limit across a chart. */
  readonly limit: string
  /** Lines of the chart. */
  readonly meanLine: LineSymbols
  readonly bestLine: LineSymbols
}

export interface Theme {
  readonly glyphs: Glyphs
  /** Whether colour and weight may be used; nothing is told by them alone. */
  readonly colors: boolean
}

export const unicode: Glyphs = {
  full: '█',
  empty: '░',
  rule: '─',
  dot: '·',
  ellipsis: '…',
  atMost: '≤',
  arrow: '→',
  up: '↑',
  down: '↓',
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  point: '●',
  limit: '┊',
  meanLine: ['┤', '┤', '─', '─', '─', '╰', '╭', '╮', '╯', '│'],
  bestLine: ['┤', '┤', '═', '═', '═', '╚', '╔', '╗', '╝', '║'],
}

export const ascii: Glyphs = {
  full: '#',
  empty: '.',
  rule: '-',
  dot: '|',
  ellipsis: '...',
  atMost: '<=',
  arrow: '->',
  up: '^',
  down: 'v',
  levels: ['_', '.', '-', '~', '=', '*', '%', '#'],
  point: 'o',
  limit: ':',
  meanLine: ['|', '|', '-', '-', '-', '`', '.', '.', "'", '|'],
  bestLine: ['|', '|', '=', '=', '=', '+', '+', '+', '+', '|'],
}

/** What the terminal can show according to its environment. */
export function themeOf(env: Readonly<Record<string, string | undefined>>): Theme {
  const { NO_COLOR } = env
  return { glyphs: isUnicode(env) ? unicode : ascii, colors: NO_COLOR === undefined || NO_COLOR === '' }
}

/** Text from outside as one line of what the terminal can show. */
export function shown(text: string, theme: Theme): string {
  return printable(oneLine(text), theme)
}

/** Text that is one line already as what the terminal can show. */
export function printable(line: string, { glyphs }: Theme): string {
  return glyphs === ascii ? line.replace(/[^\x20-\x7e]/gu, '?') : line
}

/** A bar of `width` columns, full for `share` of it; a share that is neither 0 nor 1 is shown neither empty nor full. */
export function bar(share: number, width: number, { glyphs }: Theme): string {
  const least = share > 0 ? 1 : 0
  const most = share < 1 ? width - 1 : width
  const full = Math.max(0, Math.min(width, Math.max(least, Math.min(most, Math.round(share * width)))))
  return glyphs.full.repeat(full) + glyphs.empty.repeat(Math.max(0, width - full))
}

/** Figures as a line of levels, at most `width` columns; the lowest is the lowest level, the highest the highest. */
export function sparkline(figures: readonly number[], width: number, { glyphs: { levels } }: Theme): string {
  const columns = Math.min(width, figures.length)
  const means = Array.from({ length: columns }, (_, i) => {
    const part = figures.slice(
      Math.floor((i * figures.length) / columns),
      Math.floor(((i + 1) * figures.length) / columns),
    )
    return part.reduce((sum, figure) => sum + figure, 0) / part.length
  })
  const [low, high] = [Math.min(...means), Math.max(...means)]
  const top = levels.length - 1
  return means
    .map(mean => levels[high > low ? Math.round(((mean - low) / (high - low)) * top) : Math.floor(top / 2)])
    .join('')
}
