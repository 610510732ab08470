import { plot } from 'asciichart'
import type { CurvePoint } from '../state.js'
import { Line, Panel } from './box.js'

/** Columns that the axis and its labels take. */
const AXIS = 10

/** `points` as at most `width` values, each the mean of those it stands for. */
function resample(points: readonly number[], width: number): number[] {
  if (points.length <= width) return [...points]
  return Array.from({ length: width }, (_, i) => {
    const part = points.slice(
      Math.floor((i * points.length) / width),
      Math.max(Math.floor(((i + 1) * points.length) / width), Math.floor((i * points.length) / width) + 1),
    )
    return part.reduce((sum, value) => sum + value, 0) / part.length
  })
}

/** Reward of the trials and the best so far, in two charts of one scale each. */
export function CurvePanel({
  curve,
  width,
  height,
}: {
  readonly curve: readonly CurvePoint[]
  readonly width: number
  readonly height: number
}) {
  const columns = Math.max(4, width - AXIS - 2)
  const mean = resample(
    curve.map(point => point.mean),
    columns,
  )
  const best = resample(
    curve.map(point => point.best),
    columns,
  )
  const flat = new Set([...mean, ...best]).size < 2
  const lines =
    curve.length < 2 || flat
      ? ['not enough trials yet']
      : plot([mean, best], {
          height: Math.max(1, height - 2),
          format: value => value.toFixed(4).padStart(AXIS - 2),
        }).split('\n')
  return (
    <Panel title="Reward: trials (lower line), best so far (upper line)" width={width}>
      {lines.map((line, i) => (
        // Lines have no identity but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: the list is redrawn whole
        <Line key={i}>{line}</Line>
      ))}
    </Panel>
  )
}
