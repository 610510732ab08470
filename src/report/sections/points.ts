import { unitOfCost } from '../../search/aimed-costs.js'
import { costText } from '../../ui/cost-text.js'
import { percent } from '../../ui/format.js'
import { type Html, html, nothing } from '../html.js'
import type { ReportedPoint, RunReport } from '../run/run-report.js'
import { costTitles } from './model-rows.js'
import { scoreWithError } from './score.js'
import { metText } from './summary.js'
import { number, tableOf, text } from './table.js'

/** The model of each of several points. */
export function pointsSection({ points, definition }: RunReport): Html {
  const [first] = points
  if (first === undefined) return nothing
  const { kind } = first.point
  const unit = unitOfCost(definition, kind)
  const row = ({ point, model }: ReportedPoint) => {
    const head = `${costTitles[kind]} ≤ ${costText(kind, point.limit, unit)} (${point.asked})`
    if (model === null) return [head, '', '', '', '', 'not chosen yet']
    const { trial, report, before } = model
    const value = report.confirmed?.[kind] ?? report.cost[kind] ?? Number.NaN
    const { val, test } = report.scores
    return [
      head,
      trial,
      before?.scores.val === undefined ? '' : percent(before.scores.val.score),
      val === undefined ? '' : scoreWithError(val),
      test === undefined ? '' : scoreWithError(test),
      html`${costText(kind, value, unit)} ${metText(value <= point.limit)}`,
    ]
  }
  return html`<section id="points"><h2>Points</h2>
<p>A model of its own for each limit${definition.nested ? '; each keeps no channel that the one before does not' : ''}.</p>
${tableOf(
  'Points',
  [
    text('limit'),
    number('trial'),
    number('val before fine-tuning'),
    number('val'),
    number('test'),
    number(costTitles[kind]),
  ],
  points.map(row),
)}</section>`
}
