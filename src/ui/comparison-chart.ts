import { blue, colored, cyan, darkgray, green, magenta, red, yellow } from 'asciichart'
import type { Size } from './dashboard/layout.js'
import { drawLine, type LineScale, type LineSymbols, lineScale, OFFSET } from './line-chart.js'

/** One of the lines: what y is from each x on; x rises. */
export interface Series {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

/** How a chart is drawn. */
export interface ChartStyle extends Size {
  readonly unicode: boolean
  readonly colors: boolean
  readonly x: (value: number) => string
  readonly y: (value: number) => string
  /** From one row to the next at least. */
  readonly least: number
  /** Below it nothing is drawn. */
  readonly floor: number
}

const lines: readonly LineSymbols[] = [
  ['┤', '┤', '─', '─', '─', '╰', '╭', '╮', '╯', '│'],
  ['┤', '┤', '═', '═', '═', '╚', '╔', '╗', '╝', '║'],
  ['┤', '┤', '━', '━', '━', '┗', '┏', '┓', '┛', '┃'],
  ['┤', '┤', '╌', '╌', '╌', '╰', '╭', '╮', '╯', '╎'],
  ['┤', '┤', '╍', '╍', '╍', '┗', '┏', '┓', '┛', '╏'],
  ...['·', '∘', '×', '+'].map(symbol => dotted('┤', symbol)),
]
const asciiLines: readonly LineSymbols[] = ['-', '=', '*', 'o', '+', '~', '.', '#'].map(symbol =>
  dotted('|', symbol),
)
const colors = [blue, red, green, magenta, yellow, cyan, darkgray] as const

function dotted(axis: string, line: string): LineSymbols {
  return [axis, axis, line, line, line, line, line, line, line, line]
}

/**
 * Lines of several names with one scale, told apart by what they are drawn with; where they meet the one named first is
 * seen. Below stand the ends of x and what each line is.
 * @param series at least one with a point at or above the floor
 */
export function comparisonChart(series: readonly Series[], style: ChartStyle): readonly string[] {
  const { width, height, floor } = style
  const points = series.flatMap(one => one.points)
  const values = points.map(({ y }) => y).filter(y => y >= floor)
  const scale = lineScale(values, height, style.least, style.y)
  const columns = Math.max(2, width - scale.margin - OFFSET + 1)
  const span = [Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x))] as const
  const looks = style.unicode ? lines : asciiLines
  const drawn = series.map((one, i) =>
    drawKnown(
      sampled(one, span, columns).map(y => (y !== null && y < floor ? null : y)),
      scale,
      looks[i % looks.length]!,
    ),
  )
  const paint = (text: string, i: number) => (style.colors ? colored(text, colors[i % colors.length]) : text)
  const rows = Array.from({ length: scale.top + 1 }, (_, row) => {
    const axis = `${scale.label(row).padStart(scale.margin)} ${looks[0]![1]}`
    const cells = Array.from({ length: columns - 1 }, (_, column) => {
      const i = drawn.findIndex(line => line[row]![column] !== ' ')
      return i < 0 ? ' ' : paint(drawn[i]![row]![column]!, i)
    })
    return (axis + cells.join('')).trimEnd()
  })
  const ends = span.map(style.x)
  const indent = ' '.repeat(scale.margin + 2)
  const gap = Math.max(1, columns - 1 - ends[0]!.length - ends[1]!.length)
  const keys = series.map(({ name }, i) => `${paint(looks[i % looks.length]![4].repeat(3), i)} ${name}`)
  return [...rows, `${indent}${ends[0]}${' '.repeat(gap)}${ends[1]}`, `${indent}${keys.join('   ')}`]
}

/** What y is at each of so many columns over the span of x; null before the first point and behind the last. */
function sampled(
  { points }: Series,
  [from, to]: readonly [number, number],
  columns: number,
): readonly (number | null)[] {
  const step = (to - from) / (columns - 1)
  const end = (points.at(-1)?.x ?? from) + step
  let next = 0
  return Array.from({ length: columns }, (_, column) => {
    const x = column === columns - 1 ? to : from + step * column
    while (next < points.length && points[next]!.x <= x) next++
    return x > end ? null : (points[next - 1]?.y ?? null)
  })
}

/** Cells of a line by row and column, without the axis; blank where nothing is known. */
function drawKnown(
  values: readonly (number | null)[],
  scale: LineScale,
  symbols: LineSymbols,
): readonly (readonly string[])[] {
  const first = values.find(value => value !== null)
  if (first === undefined || first === null)
    return Array.from({ length: scale.top + 1 }, () => values.map(() => ' '))
  let known = first
  const filled = values.map(value => {
    known = value ?? known
    return known
  })
  // A column stands for the step from one value to the next.
  return drawLine(filled, scale, symbols).map(row =>
    [...row].slice(scale.margin + OFFSET - 1).map((cell, i) => {
      const isKnown = (values[i] ?? null) !== null && (values[i + 1] ?? null) !== null
      return isKnown ? cell : ' '
    }),
  )
}
