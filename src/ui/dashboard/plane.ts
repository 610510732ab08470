import type { Row, Tone } from './block.js'
import { canvas } from './canvas.js'
import type { Size } from './layout.js'
import type { Theme } from './theme.js'

export interface Point {
  readonly x: number
  readonly y: number
}

/** What is drawn in a plane; what comes later hides what comes before. */
export interface Layer {
  readonly points: Iterable<Point>
  readonly tone: Tone
  /** One character a point; without it dots. */
  readonly mark?: string
}

/** The ends of both axes, and how their values are told. */
export interface Plane {
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly xText: (value: number) => string
  readonly yText: (value: number) => string
}

/** Layers of points over two axes with the values at their ends and in the middle. */
export function plane(
  { x, y, xText, yText }: Plane,
  layers: readonly Layer[],
  { width, height }: Size,
  theme: Theme,
): readonly Row[] {
  const [axis] = theme.glyphs.meanLine
  const lines = Math.max(1, height - 1)
  const middle = Math.floor((lines - 1) / 2)
  const labels = new Map([
    [0, yText(y[1])],
    [middle, yText(y[0] + ((y[1] - y[0]) * (lines - 1 - middle)) / Math.max(1, lines - 1))],
    [lines - 1, yText(y[0])],
  ])
  const margin = Math.max(...[...labels.values()].map(({ length }) => length))
  const columns = Math.max(2, width - margin - 2)
  const cells = drawn({ x, y }, layers, { width: columns, height: lines }, theme)
  const ends = x.map(xText)
  const gap = Math.max(1, columns - ends[0]!.length - ends[1]!.length)
  return [
    ...cells.map(
      (row, line): Row => [{ text: `${(labels.get(line) ?? '').padStart(margin)} ${axis}` }, ...row],
    ),
    [{ text: `${' '.repeat(margin + 2)}${ends[0]}${' '.repeat(gap)}${ends[1]}` }],
  ]
}

interface Cell {
  readonly text: string
  readonly tone: Tone
}

const blank: Cell = { text: ' ', tone: 'plain' }

function drawn(
  { x, y }: Pick<Plane, 'x' | 'y'>,
  layers: readonly Layer[],
  { width, height }: Size,
  theme: Theme,
): readonly Row[] {
  const cells = Array.from({ length: height }, () => new Array<Cell>(width).fill(blank))
  const place = (value: number, [low, high]: readonly [number, number]) =>
    high > low ? (value - low) / (high - low) : 0.5
  for (const { points, tone, mark } of layers) {
    const dots = canvas(width, height, theme)
    for (const point of points) {
      const [across, up] = [place(point.x, x), place(point.y, y)]
      if (!(across >= 0 && across <= 1 && up >= 0 && up <= 1)) continue
      if (mark === undefined) dots.dot(across, up)
      else
        cells[Math.round((1 - up) * (height - 1))]![Math.round(across * (width - 1))] = { text: mark, tone }
    }
    dots.rows().forEach((text, line) => {
      for (const [column, character] of [...text].entries())
        if (character !== ' ') cells[line]![column] = { text: character, tone }
    })
  }
  return cells.map(joined)
}

/** Neighbours of one tone as one span. */
function joined(cells: readonly Cell[]): Row {
  const spans: Cell[] = []
  for (const { text, tone } of cells) {
    const last = spans.at(-1)
    if (last?.tone === tone) spans[spans.length - 1] = { text: last.text + text, tone }
    else spans.push({ text, tone })
  }
  return spans
}
