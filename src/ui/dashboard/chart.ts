import { plot } from 'asciichart'
import type { CurvePoint } from '../curve.js'
import type { Size } from './layout.js'
import type { Glyphs } from './theme.js'

/** asciichart's axis is this far to the right of the labels when they all have one width. */
const OFFSET = 3
/** From one row to the next at least, so that no two labels are the same. */
const LEAST = 0.0001

/**
 * Moving average and best so far as a chart of at most `size`, its last line naming the first and last trial. Both have
 * one scale; where they meet the best is drawn.
 * @param points at least one, all finite
 */
export function chart(
  points: readonly CurvePoint[],
  { width, height }: Size,
  glyphs: Glyphs,
): readonly string[] {
  const values = points.flatMap(({ mean, best }) => [mean, best])
  // One row between two is one unit, so that the library's own rounding cannot add a row.
  const top = Math.max(1, height - 2)
  const [low, high] = range(Math.min(...values), Math.max(...values), top * LEAST)
  const row = (value: number) => ((value - low) / (high - low)) * top
  const label = (i: number) => (low + ((top - i) / top) * (high - low)).toFixed(4)
  const margin = Math.max(label(0).length, label(top).length)
  const columns = Math.max(2, width - margin - OFFSET + 1)
  const few = sampled(points, columns)
  const draw = (series: readonly number[], symbols: Glyphs['meanLine']) =>
    plot([[...series]], {
      min: 0,
      max: top,
      height: top,
      offset: OFFSET,
      symbols: [...symbols],
      format: (_value, i) => label(i).padStart(margin),
    }).split('\n')
  const mean = draw(
    few.map(point => row(point.mean)),
    glyphs.meanLine,
  )
  const best = draw(
    few.map(point => row(point.best)),
    glyphs.bestLine,
  )
  const lines = best.map((line, i) => overlay(line, mean[i] ?? '').trimEnd())
  const first = `${' '.repeat(margin + 1)}#${points[0]?.trial ?? 0}`
  const last = `#${points.at(-1)?.trial ?? 0}`
  const end = margin + 2 + Math.max(few.length - 1, 1)
  return [...lines, end - first.length > last.length ? first + last.padStart(end - first.length) : first]
}

/** At least `least` wide, so that a level curve has a scale too, and rounding errors are not seen as ups and downs. */
function range(low: number, high: number, least: number): readonly [number, number] {
  const missing = Math.max(0, least - (high - low))
  return [low - missing / 2, high + missing / 2]
}

function overlay(over: string, under: string): string {
  const below = [...under]
  return [...over].map((character, i) => (character === ' ' ? (below[i] ?? ' ') : character)).join('')
}

/** At most `count` points over the same span: of those that share one the mean of the means and the newest best. */
function sampled(points: readonly CurvePoint[], count: number): readonly CurvePoint[] {
  if (points.length <= count) return points
  return Array.from({ length: count }, (_, i) => {
    const part = points.slice(
      Math.floor((i * points.length) / count),
      Math.floor(((i + 1) * points.length) / count),
    )
    const mean = part.reduce((sum, point) => sum + point.mean, 0) / part.length
    return { ...part.at(-1)!, mean }
  })
}
