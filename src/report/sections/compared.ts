import { type Spread, shares } from '../../compare/summary.js'
import { accuracyText, evaluationsText, rangeText } from '../../ui/comparison-text.js'
import { duration, whole } from '../../ui/format.js'
import type { ComparisonReport } from '../comparison/comparison-report.js'
import { type Html, type HtmlPart, html } from '../html.js'
import { factsOf } from './facts.js'
import { number, tableOf, text } from './table.js'
import { taskFacts, timeText } from './task.js'

/** What was compared, and what came of it so far. */
export function comparedSection(report: ComparisonReport): Html {
  const { groups, definition } = report
  const { finalists, fineTune } = definition
  const trained = finalists > 0 && fineTune.epochs > 0
  return html`<section id="summary"><h2>Summary</h2>
${facts(report)}
<h3>Best of the search</h3>
<p>Best validation score in %, ${trained ? 'before fine-tuning, ' : ''}after a share of the evaluations: the median over seeds,
  and the range at the end.</p>
${tableOf(
  'Best of the search',
  [
    text('agent'),
    number('seeds'),
    number('evaluations'),
    ...shares.map(share => number(`${share * 100} %`)),
    number('range'),
  ],
  groups.map(searchRow),
)}
<h3>Chosen models</h3>
<p>${trained ? `Fine-tuned (epochs: ${fineTune.epochs}), chosen by validation` : 'Chosen by validation, not fine-tuned'}; test was
  looked at once, after that. Scores in % and the time of the search without what came after: the median, and the range over
  seeds.</p>
${tableOf('Chosen models', [text('agent'), number('val'), number('test'), number('search took')], [...groups.map(endRow), ...originalRow(report)])}
</section>`
}

function facts(report: ComparisonReport): Html {
  const { definition, agents, seeds, runs, original, time } = report
  const told = runs.reduce((sum, run) => sum + run.told, 0)
  const planned = runs.length * definition.trials
  const over = runs.filter(({ state }) => state === 'finished').length
  return factsOf([
    ...taskFacts(definition, original?.scores.val?.metric ?? definition.metric),
    ['agents', agents.join(', ')],
    ['seeds', seeds.join(', ')],
    ['decides', definition.decide.join(', ')],
    ['reward', definition.reward],
    ['evaluations', `${whole(definition.trials)} a run, ${whole(told)} of ${whole(planned)} done`],
    ['runs', `${whole(over)} of ${whole(runs.length)} finished`],
    ...(time === null ? [] : [['time', timeText(time)] as const]),
  ])
}

type Group = ComparisonReport['groups'][number]

function searchRow({ group, seeds, evaluations, after, best }: Group): readonly HtmlPart[] {
  return [
    group,
    seeds.length,
    evaluationsText(evaluations, seeds.length),
    ...after.map(({ best }) =>
      best === null ? '-' : accuracyText(best.median) + partText(best.n, seeds.length),
    ),
    best === null || best.n === 1 ? '-' : html`<span class="kept">${rangeText(best)}</span>`,
  ]
}

function endRow({ group, seeds, val, test, searchMs }: Group): readonly HtmlPart[] {
  return [
    group,
    spreadCell(val, seeds.length),
    spreadCell(test, seeds.length),
    searchMs === null ? '-' : duration(searchMs.median) + partText(searchMs.n, seeds.length),
  ]
}

function spreadCell(spread: Spread | null, seeds: number): HtmlPart {
  if (spread === null) return '-'
  const range = spread.n === 1 ? '' : html` <span class="kept">(${rangeText(spread)})</span>`
  return html`${accuracyText(spread.median)}${range}${partText(spread.n, seeds)}`
}

/** Where a figure is not of all seeds, of how many it is. */
function partText(n: number | undefined, seeds: number): string {
  return n === undefined || n === seeds ? '' : `, n = ${n}`
}

function originalRow({ original }: ComparisonReport): readonly (readonly HtmlPart[])[] {
  if (original === null) return []
  const { val, test } = original.scores
  const score = (one: typeof val) => (one === undefined ? '-' : accuracyText(one.score))
  return [['the original', score(val), score(test), '']]
}
