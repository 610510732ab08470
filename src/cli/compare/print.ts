import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Axis } from '../../compare/curve.js'
import { drawnCurves, floorOf } from '../../compare/drawn-curves.js'
import { type ComparisonResult, comparisonResult } from '../../compare/result.js'
import { type ComparedRun, groupsOf } from '../../compare/run.js'
import { isUnicode } from '../../ui/charset.js'
import { comparisonChart } from '../../ui/comparison-chart.js'
import { duration, whole } from '../../ui/format.js'
import { scoreName } from '../../ui/score-text.js'
import { UsageError } from '../options/error.js'
import { assertKnown } from '../options/names.js'
import { writeWhole } from '../runs/run-folder.js'
import { curvesCsv } from './csv.js'
import type { ViewOptions } from './options.js'
import { endTable, pairedTable, reachTable, searchTable } from './tables.js'

/** Rows of the chart, and its columns at most: a wider one says no more. */
const ROWS = 14
const MOST_COLUMNS = 120

/** From one row of the chart to the next at least: one hundredth of a point. */
const LEAST = 0.0001

/** @throws UsageError where a file that is to be written later has no folder. */
export function assertFolders({ svg, csv }: Pick<ViewOptions, 'svg' | 'csv'>): void {
  for (const [option, file] of Object.entries({ svg, csv }))
    if (file !== undefined && !existsSync(dirname(file)))
      throw new UsageError(`--${option} ${file}: there is no folder ${dirname(file)}`)
}

/** Prints the comparison and writes the files that are asked for. @throws UsageError for an unknown group. */
export async function printComparison(
  comparison: string | null,
  runs: readonly ComparedRun[],
  options: ViewOptions,
): Promise<void> {
  const { against } = options
  if (against !== undefined) assertKnown('--against: there is no', [against], groupsOf(runs))
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
  const curves = drawnCurves(groups, by)
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

/** A plotting library takes half a second to load, which no other command need wait. */
async function writeFigure(file: string, { groups, metric }: ComparisonResult, by: Axis): Promise<void> {
  const { curveFigure } = await import('../../report/curve-figure.js')
  const { renderSvg } = await import('../../report/render-svg.js')
  const curves = drawnCurves(groups, by)
  writeWhole(file, await renderSvg(curveFigure(curves, by, floorOf(curves), scoreName({ metric }))))
  process.stderr.write(`figure in ${file}\n`)
}
