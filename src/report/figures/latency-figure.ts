import { unitOfCost } from '../../search/aimed-costs.js'
import type { RunReport } from '../run/run-report.js'
import { spacious } from '../thin.js'
import { type Figure, looks, vegaSpec } from './figure.js'
import { hovered, pointMark } from './marks.js'

/** Latency of finalists as predicted and as measured, in one unit; null where none was measured. */
export function latencyFigure({ definition, finalists, records }: RunReport): Figure | null {
  const unit = unitOfCost(definition, 'latency') ?? 'ms'
  const chosen = new Set(records.filter(record => record.chosen).map(({ number }) => number))
  const values = finalists.flatMap(({ trial, after, measured }) => {
    const predicted = after?.cost.latency
    return predicted === undefined || measured === null ? [] : [{ trial, predicted, measured }]
  })
  if (values.length === 0) return null
  const domain = spacious(values.flatMap(({ predicted, measured }) => [predicted, measured]))
  const axis = { tickCount: 5 }
  const encoding = {
    x: {
      field: 'predicted',
      type: 'quantitative',
      title: `predicted, ${unit}`,
      scale: { domain, zero: false, nice: false },
      axis,
    },
    y: {
      field: 'measured',
      type: 'quantitative',
      title: `measured, ${unit}`,
      scale: { domain, zero: false, nice: false },
      axis,
    },
  } as const
  const tooltip = [
    hovered('trial', 'trial', 'd'),
    hovered('predicted', 'predicted', '.4~g'),
    hovered('measured', 'measured', '.4~g'),
  ]
  const points = (are: boolean) => values.filter(({ trial }) => chosen.has(trial) === are)
  return {
    id: 'plot-latency',
    title: 'Latency, predicted and measured',
    description: `Latency of ${values.length} finalists as predicted and as measured; the table of finalists has both.`,
    key: [
      { ...looks.finalist, text: 'finalist' },
      { ...looks.chosen, text: 'chosen' },
      { ...looks.limit, text: 'as predicted' },
    ],
    note: '',
    spec: vegaSpec({
      encoding,
      layer: [
        {
          data: { values: domain.map(at => ({ predicted: at, measured: at })) },
          mark: { type: 'line', color: looks.limit.color, strokeDash: [6, 4], strokeWidth: 1.5 },
        },
        { data: { values: points(false) }, mark: pointMark('finalist'), encoding: { tooltip } },
        { data: { values: points(true) }, mark: pointMark('chosen'), encoding: { tooltip } },
      ],
    }),
    table: null,
  }
}
