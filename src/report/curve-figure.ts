import type { TopLevelSpec } from 'vega-lite'
import type { Axis, CurvePoint } from '../compare/curve.js'
import { axisStyle, INK } from './axis-style.js'
import { okabeIto } from './okabe-ito.js'

/** A group's curve, scores as fractions. */
export interface NamedCurve {
  readonly group: string
  readonly points: readonly CurvePoint[]
}

/** Dashes by group, so that lines are told apart in grey too; more groups begin again. */
const dashes = [
  [1, 0],
  [6, 2],
  [2, 2],
  [8, 2, 2, 2],
  [4, 4],
  [1, 3],
  [10, 4],
]

const titles = { evaluations: 'evaluations', time: 'wall time, seconds' } as const satisfies Record<
  Axis,
  string
>

/**
 * Best validation score by what was spent, as a Vega-Lite specification: for each group the median over its runs as a
 * line and the range from the least to the most as a band. It is on no background.
 * @param floor score below which nothing is shown, a fraction
 * @param name what the score is called
 */
export function curveFigure(
  curves: readonly NamedCurve[],
  by: Axis,
  floor: number,
  name: string,
): TopLevelSpec {
  const unit = by === 'time' ? 1000 : 1
  const names = curves.map(({ group }) => group)
  const percent = (fraction: number) => fraction * 100
  const values = curves.flatMap(({ group, points }) =>
    points.map(({ spent, median, low, high }) => ({
      group,
      spent: spent / unit,
      median: percent(median),
      low: percent(low),
      high: percent(high),
    })),
  )
  const top = Math.max(...values.map(({ high }) => high), percent(floor))
  const y = {
    scale: { domain: [percent(floor), top], zero: false, nice: true },
    title: `best validation ${name}, %`,
  }
  const range = names.map((_, i) => okabeIto[i % okabeIto.length]!)
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: `Best validation ${name} by ${titles[by]}: median over seeds, and the range of all`,
    width: 560,
    height: 320,
    padding: 8,
    data: { values },
    encoding: {
      x: {
        field: 'spent',
        type: 'quantitative',
        title: titles[by],
        scale: { nice: false, zero: by === 'time' },
      },
      color: {
        field: 'group',
        type: 'nominal',
        scale: { domain: names, range },
        legend: {
          title: null,
          orient: 'bottom',
          symbolType: 'stroke',
          symbolSize: 400,
          symbolStrokeWidth: 2.5,
          symbolOpacity: 1,
        },
      },
    },
    layer: [
      {
        mark: { type: 'area', interpolate: 'step-after', opacity: 0.18, clip: true },
        encoding: { y: { field: 'low', type: 'quantitative', ...y }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2.5, clip: true },
        encoding: {
          y: { field: 'median', type: 'quantitative', ...y },
          strokeDash: {
            field: 'group',
            type: 'nominal',
            scale: { domain: names, range: names.map((_, i) => dashes[i % dashes.length]!) },
          },
        },
      },
    ],
    config: {
      background: 'transparent',
      font: 'sans-serif',
      view: { stroke: null },
      axis: { ...axisStyle, titleFontSize: 13 },
      legend: { labelColor: INK, labelFontSize: 13 },
    },
  }
}
