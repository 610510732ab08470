import { leastText, measureNames } from '../../ui/comparison-text.js'
import { points } from '../../ui/format.js'
import type { ComparisonReport } from '../comparison/comparison-report.js'
import { type Html, html, nothing } from '../html.js'
import { number, tableOf, text } from './table.js'

/** Each agent against the first, seed by seed; nothing before two have a seed in common. */
export function pairedSection({ paired }: ComparisonReport): Html {
  const [first] = paired
  if (first === undefined) return nothing
  return html`<section id="paired"><h2>Differences</h2>
<p>Each agent less ${first.against}, of runs of equal seeds, in percentage points. p is two-sided, by the sign-flip permutation
  test: the share of all ways to swap the two within seeds that put their means at least as far apart. ${leastText(paired)}</p>
${tableOf(
  'Differences seed by seed',
  [
    text(`against ${first.against}`),
    text('of'),
    number('seeds'),
    number('mean'),
    number('p'),
    text('by seed'),
  ],
  paired.map(({ group, measure, seeds, differences, mean, p }) => [
    group,
    measureNames[measure],
    seeds.length,
    points(0, mean),
    p.toFixed(3),
    html`${seeds.map((seed, i) => html`<span class="kept">${seed}: ${points(0, differences[i]!)}</span> `)}`,
  ]),
)}</section>`
}
