import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Axis } from '../../compare/curve.js'
import type { ComparedRun } from '../../compare/run.js'
import type { NamedCurve } from '../../report/curve-figure.js'
import { isUnicode } from '../../ui/charset.js'
import { comparisonChart } from '../../ui/comparison-chart.js'
import { duration, whole } from '../../ui/format.js'
import { scoreName } from '../../ui/score-text.js'
import { UsageError } from '../options/error.js'
import { writeWhole } from '../runs/run-folder.js'
import { curvesCsv } from './csv.js'
import type { ViewOptions } from './options.js'
import { type ComparisonResult, comparisonResult } from './result.js'
import { endTable, pairedTable, reachTable, searchTable } from './tables.js'

/** Rows of the chart, and its columns at most: a wider one says no more. */
const ROWS = 14
const MOST_COLUMNS = 120

/** From one row of the chart to the next at least: one hundredth of a point. */
const LEAST = 0.0001

/** What the search had found by this share of what was spent is where a curve begins to tell. */
const START = 0.1

/** @throws UsageError where a file that is to be written later has no folder. */
export function assertFolders({ svg, csv }: Pick<ViewOptions, 'svg' | 'csv'>): void {
  for (const [option, file] of Object.entries({ svg, csv }))
    if (file !== undefined && !existsSync(dirname(file)))
      throw new UsageError(`--${option} ${file}: there is no folder ${dirname(file)}`)
}

/** Prints the comparison and writes the files that are asked for. */
export async function printComparison(
  comparison: string | null,
  runs: readonly ComparedRun[],
  options: ViewOptions,
): Promise<void> {
  const result = comparisonResult(comparison, runs, options)
  const { json, by, csv, svg } = options
  if (csv !== undefined) writeWhole(csv, curvesCsv(runs, result.metric))
  if (svg !== undefined) await writeFigure(svg, result, by)
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : `${textOf(result, by)}\n`)
}

function textOf({ groups, paired, metric }: ComparisonResult, by: Axis): string {
  const name = scoreName({ metric })
  const parts = [
    searchTable(groups, name),
    endTable(groups, name),
    reachTable(groups, name),
    pairedTable(paired),
    chartOf(groups, by, name),
  ]
  return parts.filter(part => part !== '').join('\n\n')
}

function chartOf(groups: ComparisonResult['groups'], by: Axis, name: string): string {
  const curves = curvesBy(groups, by)
  if (!curves.some(({ points }) => points.length > 1)) return ''
  const text = by === 'time' ? duration : (value: number) => `${whole(value)} evaluations`
  const lines = comparisonChart(
    curves.map(({ group, points }) => ({
      name: group,
      points: points.map(({ spent, median }) => ({ x: spent, y: median })),
    })),
    {
      width: Math.min(process.stdout.columns ?? 80, MOST_COLUMNS),
      height: ROWS,
      unicode: isUnicode(process.env),
      colors: process.stdout.isTTY === true && !process.env.NO_COLOR,
      x: text,
      y: value => (value * 100).toFixed(2),
      least: LEAST,
      floor: floorOf(curves),
    },
  )
  return [`best validation ${name} in % by ${by === 'time' ? 'wall time' : by}, median:`, ...lines].join('\n')
}

/** The curves, those of searches that are over up to the end of the longest, as they keep their best. */
function curvesBy(groups: ComparisonResult['groups'], by: Axis): readonly NamedCurve[] {
  const curves = groups.map(({ group, evaluations, byTime, byEvaluations }) => ({
    group,
    isOver: evaluations.told === evaluations.planned,
    points: by === 'time' ? byTime : byEvaluations,
  }))
  const end = Math.max(...curves.map(({ points }) => points.at(-1)?.spent ?? 0))
  return curves.map(({ group, isOver, points }) => {
    const last = points.at(-1)
    const isShort = by === 'time' && isOver && last !== undefined && last.spent < end
    return { group, points: isShort ? [...points, { ...last, spent: end }] : points }
  })
}

/** The first trials are far below all others: what a tenth of the way has brought is what a chart begins with. */
function floorOf(curves: readonly NamedCurve[]): number {
  const end = Math.max(...curves.flatMap(({ points }) => points.map(({ spent }) => spent)))
  return Math.min(
    ...curves.flatMap(({ points }) => {
      const start = points.findLast(({ spent }) => spent <= end * START) ?? points[0]
      return start === undefined ? [] : [start.median]
    }),
  )
}

/** A plotting library takes half a second to load, which no other command need wait. */
async function writeFigure(file: string, { groups, metric }: ComparisonResult, by: Axis): Promise<void> {
  const { curveFigure } = await import('../../report/curve-figure.js')
  const { renderSvg } = await import('../../report/render-svg.js')
  const curves = curvesBy(groups, by)
  writeWhole(file, await renderSvg(curveFigure(curves, by, floorOf(curves), scoreName({ metric }))))
  process.stderr.write(`figure in ${file}\n`)
}
