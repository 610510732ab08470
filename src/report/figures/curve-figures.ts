import { type Axis, axes } from '../../compare/curve.js'
import { drawnCurves, endOf, floorOf, type NamedCurve } from '../../compare/drawn-curves.js'
import { accuracyText, rangeText } from '../../ui/comparison-text.js'
import { duration, percent, whole } from '../../ui/format.js'
import { scoreLabel } from '../../ui/score-text.js'
import type { ComparisonReport } from '../comparison/comparison-report.js'
import { curvePlot, lineLook, plottedPoints } from '../curve-plot.js'
import type { Html } from '../html.js'
import { bareTable, number, text } from '../sections/table.js'
import { type Figure, vegaSpec } from './figure.js'
import { hovered } from './marks.js'

/** Space below the curves as a share of their height, so that none lies on the axis. */
const ROOM = 0.03

/** Rows of the table of a figure. */
const ROWS = 10

const words = {
  evaluations: { by: 'evaluations', spent: (value: number) => `${whole(value)} evaluations` },
  time: { by: 'wall time', spent: duration },
} as const satisfies Record<Axis, { readonly by: string; spent(value: number): string }>

/** The best validation score by evaluations and by wall time; none before a trial has a score. */
export function curveFigures({
  groups,
  original,
  definition,
}: Pick<ComparisonReport, 'groups' | 'original' | 'definition'>): readonly Figure[] {
  const metric = original?.scores.val?.metric ?? definition.metric
  const score = metric === 'top1' ? 'validation accuracy' : scoreLabel('val', { metric })
  return axes.flatMap(by => {
    const curves = drawnCurves(groups, by)
    return curves.some(({ points }) => points.length > 0) ? [curveFigureOf(curves, by, score)] : []
  })
}

function curveFigureOf(curves: readonly NamedCurve[], by: Axis, score: string): Figure {
  const floor = floorOf(curves)
  const highest = Math.max(...curves.flatMap(({ points }) => points.map(({ high }) => high)))
  const bottom = floor - (highest - floor) * ROOM
  const isCut = curves.some(({ points }) => points.some(({ low }) => low < bottom))
  const turning = curves.map(({ group, points }) => ({ group, points: turns(points) }))
  const { data, encoding, y, layer } = curvePlot(turning, by, bottom, {
    score: `best ${score}, %`,
    legend: null,
  })
  return {
    id: `plot-curve-${by}`,
    title: `Best ${score} by ${words[by].by}`,
    description: `Best ${score} of the search by ${words[by].by}, median over seeds. ${curves.map(endText).join(' ')} The table below has more of each.`,
    key: curves.flatMap(({ group, points }, i) =>
      points.length === 0 ? [] : [{ shape: 'line', ...lineLook(i), text: group } as const],
    ),
    note: `Line: median over seeds. Band: from the least to the most.${isCut ? ' The axis begins near what a tenth of the search had found; what is below is not drawn.' : ''}`,
    spec: vegaSpec({
      data,
      encoding,
      layer: [
        ...layer,
        {
          data: { values: turning.flatMap(curve => hoverPoints(curve, by, floor)) },
          params: [
            {
              name: `near_${by}`,
              select: { type: 'point', on: 'pointerover', clear: 'pointerout', nearest: true },
            },
          ],
          mark: { type: 'point', filled: true, size: 70, clip: true },
          encoding: {
            y,
            opacity: { condition: { param: `near_${by}`, empty: false, value: 1 }, value: 0 },
            tooltip: [
              hovered('group', 'agent'),
              hovered('after', 'after'),
              hovered('best', 'median, %'),
              hovered('range', 'range, %'),
              hovered('seeds', 'seeds'),
            ],
          },
        },
      ],
    }),
    table: curveTable(curves, by, score),
  }
}

/** The points at which a curve changes, and its end: the steps through them are the same. */
function turns(points: NamedCurve['points']): NamedCurve['points'] {
  return points.filter((point, i) => {
    const before = points[i - 1]
    return (
      before === undefined ||
      i === points.length - 1 ||
      (['median', 'low', 'high', 'n'] as const).some(key => point[key] !== before[key])
    )
  })
}

function hoverPoints(curve: NamedCurve, by: Axis, floor: number) {
  const plotted = plottedPoints(curve, by)
  return curve.points.flatMap(({ spent, median, low, high, n }, i) =>
    median < floor
      ? []
      : [
          {
            ...plotted[i]!,
            after: words[by].spent(spent),
            best: accuracyText(median),
            range: rangeText({ min: low, max: high }),
            seeds: String(n),
          },
        ],
  )
}

function endText({ group, points }: NamedCurve): string {
  const last = points.at(-1)
  return last === undefined ? `${group} has found nothing yet.` : `${group} ends at ${percent(last.median)}.`
}

/** The medians at equal steps of what was spent, for those who do not see the plot. */
function curveTable(curves: readonly NamedCurve[], by: Axis, score: string): Html {
  const end = endOf(curves)
  const step = (i: number) => (by === 'evaluations' ? Math.round((end * i) / ROWS) : (end * i) / ROWS)
  const steps = [...new Set(Array.from({ length: ROWS }, (_, i) => step(i + 1)))].filter(at => at > 0)
  const at = ({ points }: NamedCurve, spent: number) => {
    const last = points.at(-1)
    // Of a search under way no more is known than it has told.
    if (last === undefined || last.spent < spent) return '-'
    const found = points.findLast(point => point.spent <= spent)
    return found === undefined
      ? '-'
      : `${accuracyText(found.median)} (${rangeText({ min: found.low, max: found.high })})`
  }
  return bareTable(
    `Best ${score} in % by ${words[by].by}, median and range`,
    [text('after'), ...curves.map(({ group }) => number(group))],
    steps.map(spent => [words[by].spent(spent), ...curves.map(curve => at(curve, spent))]),
  )
}
