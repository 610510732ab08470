import type { CurvePoint } from '../curve.js'
import { drawLine, lineScale, OFFSET } from '../line-chart.js'
import type { Size } from './layout.js'
import type { Glyphs } from './theme.js'

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
  const scale = lineScale(values, height - 1, LEAST, value => value.toFixed(4))
  const { margin } = scale
  const columns = Math.max(2, width - margin - OFFSET + 1)
  const few = sampled(points, columns)
  const mean = drawLine(
    few.map(point => point.mean),
    scale,
    glyphs.meanLine,
  )
  const best = drawLine(
    few.map(point => point.best),
    scale,
    glyphs.bestLine,
  )
  const lines = best.map((line, i) => overlay(line, mean[i] ?? '').trimEnd())
  const first = `${' '.repeat(margin + 1)}#${points[0]?.trial ?? 0}`
  const last = `#${points.at(-1)?.trial ?? 0}`
  const end = margin + 2 + Math.max(few.length - 1, 1)
  return [...lines, end - first.length > last.length ? first + last.padStart(end - first.length) : first]
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
