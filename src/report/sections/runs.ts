import { accuracyText } from '../../ui/comparison-text.js'
import { duration, whole } from '../../ui/format.js'
import type { ComparisonReport, ReportedRun } from '../comparison/comparison-report.js'
import { type Html, html } from '../html.js'
import { shellWord } from './reproduce.js'
import { number, tableOf, text } from './table.js'

/** Every run of a comparison. */
export function runsSection({ runs, comparison }: ComparisonReport): Html {
  const begun = runs.find(({ state }) => state !== 'waiting')
  const score = (value: number | null) => (value === null ? '-' : accuracyText(value))
  return html`<section id="runs"><h2>Runs</h2>
<p>Scores in %. ${begun === undefined ? '' : html`Each can have a page of its own: <code>pare report ${shellWord(`${comparison}/${begun.name}`)}</code>`}</p>
${tableOf(
  'Runs',
  [
    text('run'),
    text('agent'),
    number('seed'),
    text('state'),
    number('evaluations'),
    number('best of the search'),
    number('val'),
    number('test'),
    number('search took'),
  ],
  runs.map(run => [
    run.name,
    run.agent,
    run.seed,
    stateText(run),
    run.told === run.planned ? whole(run.told) : `${whole(run.told)} of ${whole(run.planned)}`,
    score(run.best),
    score(run.val),
    score(run.test),
    run.searchMs === null ? '-' : duration(run.searchMs),
  ]),
)}</section>`
}

function stateText({ state, message }: ReportedRun): string {
  const why = message === '' ? '' : `: ${message}`
  switch (state) {
    case 'finished':
      return '✓ finished'
    case 'running':
      return '… not over yet'
    case 'paused':
      return '‖ paused'
    case 'interrupted':
      return `‖ interrupted${why}`
    case 'failed':
      return `✗ failed${why}`
    case 'waiting':
      return 'not begun'
  }
}
