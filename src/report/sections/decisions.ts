import type { DecisionKind } from '../../compress/policy.js'
import type { SiteSummary } from '../../search/events.js'
import { whole } from '../../ui/format.js'
import { type Html, type HtmlPart, html, nothing } from '../html.js'
import type { ReportedSensitivity, RunReport } from '../run/run-report.js'
import { bar, number, tableOf, text } from './table.js'

/** What is decided, in words. */
export const decisionTitles = {
  keep: 'channels',
  blocks: 'block',
  rank: 'rank',
  weightBits: 'bits of weights',
  activationBits: 'bits of values',
} as const satisfies Record<DecisionKind, string>

/** What the result decided at each place, beside what each decision costs alone. */
export function decisionsSection({ sites, result, sensitivity, definition }: RunReport): Html {
  if (result === null || sites.length === 0) return nothing
  const kinds = new Set(sites.map(({ kind }) => kind))
  const largest = largestOf(sensitivity)
  const rows = sites.map(site => {
    const value = result.policy[site.kind]?.[site.name]
    return [
      site.name,
      ...(kinds.size > 1 ? [decisionTitles[site.kind]] : []),
      valueText(site, value),
      bar(value === undefined ? 1 : value / site.most),
      ...sensitivityCells(site, sensitivity, largest),
    ]
  })
  const columns = [
    text('where'),
    ...(kinds.size > 1 ? [text('what')] : []),
    number('decided'),
    text(''),
    ...(sensitivity === null ? [] : [number('at half'), text(''), number('at a quarter'), text('')]),
  ]
  return html`<section id="policy"><h2>Policy</h2>
<p>What trial ${result.trial} decided${kinds.has('keep') ? ', of the channels that there are' : ''}. ${sensitivityText(sensitivity)}
  ${definition.float.length > 0 ? `Float by request: ${definition.float.join(', ')}.` : ''}</p>
${tableOf(`Decisions of trial ${result.trial}`, columns, rows)}
${blocksText(definition.blocks)}</section>`
}

function valueText({ kind, most }: SiteSummary, value: number | undefined): string {
  switch (kind) {
    case 'blocks':
      return value === 0 ? 'goes' : 'stays'
    case 'keep':
    case 'rank':
      return `${value === undefined ? whole(most) : whole(value)} of ${whole(most)}`
    case 'weightBits':
    case 'activationBits':
      return value === undefined ? 'float' : `${value} bits`
  }
}

function sensitivityText(sensitivity: ReportedSensitivity | null): string {
  switch (sensitivity?.basis) {
    case undefined:
      return ''
    case 'measured':
      return `Beside it what each decision costs alone, all else as it was: the rise of the loss in nats where half or a quarter is left (4 or 2 bits; a block goes), tried on ${whole(sensitivity.n ?? 0)} training samples.`
    case 'estimated':
      return 'Beside it what each decision would lose alone where half or a quarter is left, as estimated from activations and weights: a share of the most that any loses. The agent was told this; nothing was tried.'
  }
}

function largestOf(sensitivity: ReportedSensitivity | null): number {
  return (sensitivity?.decisions ?? []).reduce(
    (most, { half, quarter }) => Math.max(most, half ?? 0, quarter ?? 0),
    0,
  )
}

function sensitivityCells(
  { kind, name }: SiteSummary,
  sensitivity: ReportedSensitivity | null,
  largest: number,
): readonly HtmlPart[] {
  if (sensitivity === null) return []
  const found = sensitivity.decisions.find(other => other.kind === kind && other.name === name)
  return [found?.half, found?.quarter].flatMap((value): HtmlPart[] =>
    value === null || value === undefined
      ? ['', '']
      : [value.toFixed(3), largest > 0 ? bar(value / largest, 'second') : ''],
  )
}

/** What blocks cost alone was measured to see whether they may go at all. */
function blocksText(blocks: RunReport['definition']['blocks']): Html {
  const names = Object.entries(blocks)
  if (names.length === 0) return nothing
  const rows = names.map(([name, drop]) => [name, `${(drop * 100).toFixed(2)} pt`])
  return html`<h3>Blocks that may go</h3>
${tableOf('Blocks that may go', [text('block'), number('accuracy that it costs alone')], rows)}`
}
