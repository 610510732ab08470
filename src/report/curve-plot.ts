import type { Axis } from '../compare/curve.js'
import type { NamedCurve } from '../compare/drawn-curves.js'
import { okabeIto } from './okabe-ito.js'

/** Dashes by group, so that lines are told apart in grey too; more groups begin again. */
const dashes: readonly (readonly number[])[] = [
  [1, 0],
  [6, 2],
  [2, 2],
  [8, 2, 2, 2],
  [4, 4],
  [1, 3],
  [10, 4],
]

export const axisTitles = {
  evaluations: 'evaluations',
  time: 'wall time, seconds',
} as const satisfies Record<Axis, string>

/** How the line of the group at a place looks. */
export function lineLook(group: number): { readonly color: string; readonly dash: readonly number[] } {
  return { color: okabeIto[group % okabeIto.length]!, dash: dashes[group % dashes.length]! }
}

/** What a curve is drawn of: accuracies in percent, time in seconds. */
export function plottedPoints({ group, points }: NamedCurve, by: Axis) {
  const unit = by === 'time' ? 1000 : 1
  const percent = (fraction: number) => fraction * 100
  return points.map(({ spent, median, low, high }) => ({
    group,
    spent: spent / unit,
    median: percent(median),
    low: percent(low),
    high: percent(high),
  }))
}

/**
 * Best validation score by what was spent, as the parts of a Vega-Lite specification: for each group the median over its runs
 * as a line and the range from the least to the most as a band.
 * @param floor score below which nothing is shown, a fraction
 * @param score what is on the upright axis
 * @param legend where the plot itself is to say which group is which; null where it is said beside it
 */
export function curvePlot<Legend>(
  curves: readonly NamedCurve[],
  by: Axis,
  floor: number,
  { score, legend }: { readonly score: string; readonly legend: Legend | null },
) {
  const names = curves.map(({ group }) => group)
  const lines = names.map((_, i) => lineLook(i))
  const values = curves.flatMap(curve => plottedPoints(curve, by))
  const top = Math.max(...values.map(({ high }) => high), floor * 100)
  const y = {
    type: 'quantitative',
    scale: { domain: [floor * 100, top] as number[], zero: false, nice: true },
    title: score,
  } as const
  return {
    data: { values },
    /** That of the medians. */
    y: { field: 'median', ...y },
    encoding: {
      x: {
        field: 'spent',
        type: 'quantitative',
        title: axisTitles[by],
        scale: { nice: false, zero: by === 'time' },
      },
      color: {
        field: 'group',
        type: 'nominal',
        scale: { domain: names, range: lines.map(({ color }) => color) },
        legend,
      },
    },
    layer: [
      {
        mark: { type: 'area', interpolate: 'step-after', opacity: 0.18, clip: true },
        encoding: { y: { field: 'low', ...y }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2.5, clip: true },
        encoding: {
          y: { field: 'median', ...y },
          strokeDash: {
            field: 'group',
            type: 'nominal',
            ...(legend === null ? { legend } : {}),
            scale: { domain: names, range: lines.map(({ dash }) => [...dash]) },
          },
        },
      },
    ],
  } as const
}
