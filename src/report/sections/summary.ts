import { unitOfCost } from '../../search/aimed-costs.js'
import { dropOf } from '../../search/reward.js'
import { costText } from '../../ui/cost-text.js'
import { percent, points, whole } from '../../ui/format.js'
import { type Html, html, nothing } from '../html.js'
import type { ReportedModel, RunReport } from '../run/run-report.js'
import { standardError } from '../standard-error.js'
import { factsOf } from './facts.js'
import { costTitles, modelRows } from './model-rows.js'
import { number, tableOf, text } from './table.js'
import { taskFacts, timeText } from './task.js'

/** What the run was for and what came of it. */
export function summarySection(report: RunReport): Html {
  const { original, result } = report
  return html`<section id="summary"><h2>Summary</h2>
${facts(report)}
${resultText(report)}
${
  original === null || result === null
    ? nothing
    : tableOf(
        'Original and result',
        [
          text('figure'),
          number('original'),
          number(result.isChosen ? 'result' : 'best so far'),
          number('change'),
        ],
        modelRows(report.definition, original, result.report),
      )
}
${aims(report)}
</section>`
}

function facts({ definition, records, time, original }: RunReport): Html {
  const count = (state: string) => records.filter(record => record.state === state).length
  const [failed, running] = [count('failed'), count('running')]
  const cached = records.filter(({ cachedFrom }) => cachedFrom !== null).length
  const trials = [
    `${whole(count('finished'))} of ${whole(definition.trials)} finished`,
    ...(cached > 0 ? [`${whole(cached)} of them a policy from before`] : []),
    ...(failed > 0 ? [`${whole(failed)} failed`] : []),
    ...(running > 0 ? [`${whole(running)} under way`] : []),
  ]
  return factsOf([
    ...taskFacts(definition, original?.scores.val?.metric ?? definition.metric),
    ['agent', `${definition.agent}, seed ${definition.seed}, reward ${definition.reward}`],
    ['decides', definition.decide.join(', ')],
    ['trials', trials.join(', ')],
    ...(time === null ? [] : [['time', timeText(time)] as const]),
  ])
}

function resultText({ result, original, definition }: RunReport): Html {
  if (result === null || original === null)
    return html`<p class="notice">No trial has been finished yet, so there is nothing to compare.</p>`
  const { trial, isChosen, before, file } = result
  const tuned = definition.fineTune.epochs > 0 && before !== null
  const val = before?.scores.val
  const hasErrors = Object.values(result.report.scores).some(score => standardError(score) !== null)
  return isChosen
    ? html`<p>The run chose <b>trial ${trial}</b>${file === null ? '' : html`, written to <code>${file.name}</code>`}.
      Validation chose it; test was looked at once, after that. ${
        tuned && val !== undefined ? `Before fine-tuning its validation score was ${percent(val.score)}.` : ''
      } ${hasErrors ? 'A figure after ± is the standard error over the samples.' : ''}</p>`
    : html`<p class="notice">The run has not chosen a model yet. <b>Trial ${trial}</b> leads; its figures are from the
      validation split, which has also chosen it, and it has not been through the finals.</p>`
}

/** Each thing that the result was to keep, and whether it does. */
function aims({ definition, result, original }: RunReport): Html {
  if (result === null || original === null) return nothing
  const { budgets, maxDrop } = definition
  const rows = [
    ...budgets.map(({ kind, limit }) => {
      const unit = unitOfCost(definition, kind)
      const measured = result.report.confirmed?.[kind]
      const value = measured ?? result.report.cost[kind] ?? Number.NaN
      const basis = unit === undefined ? '' : measured === undefined ? ' (predicted)' : ' (measured)'
      return [
        costTitles[kind],
        `≤ ${costText(kind, limit, unit)}`,
        costText(kind, value, unit) + basis,
        metText(value <= limit),
      ]
    }),
    ...(maxDrop === null ? [] : [dropRow(maxDrop.limit, result, original)]),
  ]
  return rows.length === 0
    ? nothing
    : tableOf('Limits', [text('limit'), number('asked'), number('found'), text('')], rows)
}

function dropRow(limit: number, { report }: ReportedModel, original: NonNullable<RunReport['original']>) {
  const drop = dropOf(report, original)
  const [from, to] = [original.scores.val?.score ?? Number.NaN, report.scores.val?.score ?? Number.NaN]
  return ['validation score', `≥ -${limit} pt`, points(from, to), metText(drop <= limit)]
}

export function metText(met: boolean): Html {
  return met ? html`<span class="met">✓ met</span>` : html`<span class="missed">✗ NOT met</span>`
}
