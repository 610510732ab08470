import { unitOfCost } from '../../search/aimed-costs.js'
import { costText } from '../../ui/cost-text.js'
import { percent } from '../../ui/format.js'
import { type Html, type HtmlPart, html, nothing } from '../html.js'
import { outputNames } from '../run/output-names.js'
import type { ReportedFinalist, RunReport } from '../run/run-report.js'
import { scoreWithError } from './score.js'
import { number, tableOf, text } from './table.js'

/** The finalists: before and after fine-tuning, and their latency where it was measured. */
export function finalistsSection({ finalists, records, definition }: RunReport): Html {
  if (finalists.length === 0) return nothing
  const unit = unitOfCost(definition, 'latency')
  const predicted = finalists.some(({ after }) => after?.cost.latency !== undefined)
  const outputs = outputNames(finalists.map(({ after }) => after))
  const measured = finalists.some(one => one.measured !== null)
  const latency = (value: number | null | undefined) =>
    value === null || value === undefined ? '' : costText('latency', value, unit)
  const row = (finalist: ReportedFinalist): readonly HtmlPart[] => {
    const { trial, before, after, failure, limit } = finalist
    const isChosen = records[trial]?.chosen ?? false
    const [from, to] = [before?.scores.val, after?.scores.val]
    return [
      trial,
      failure !== null ? `✗ failed: ${failure}` : isChosen ? '◆ chosen' : after === null ? 'under way' : '',
      from === undefined ? '' : percent(from.score),
      to === undefined ? '' : scoreWithError(to),
      ...outputs.map(name => {
        const output = to?.outputs?.[name]
        return output === undefined ? '' : percent(output.score)
      }),
      after === null ? '' : costText('macs', after.cost.macs),
      after === null ? '' : costText('bytes', after.cost.bytes),
      ...(predicted ? [latency(after?.cost.latency)] : []),
      ...(measured ? [latency(finalist.measured) + (limit === null ? '' : ` (≤ ${latency(limit)})`)] : []),
    ]
  }
  return html`<section id="finalists"><h2>Finalists</h2>
<p>The best trials, fine-tuned (epochs: ${definition.fineTune.epochs}); validation chooses among them.</p>
${tableOf(
  'Finalists',
  [
    text('trial'),
    text('state'),
    number('val before'),
    number('val after'),
    ...outputs.map(name => number(`of it ${name}`)),
    number('MACs'),
    number('bytes'),
    ...(predicted ? [number('latency, predicted')] : []),
    ...(measured ? [number('measured')] : []),
  ],
  finalists.map(row),
)}</section>`
}
