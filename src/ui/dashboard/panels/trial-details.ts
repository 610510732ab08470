import { costLabels, costText } from '../../cost-text.js'
import { percent } from '../../format.js'
import { type CostName, costNames, decidedAt, type HistoryRow } from '../../history-row.js'
import { unitOf } from '../../limited.js'
import { sitesOf } from '../../sites.js'
import { type Block, clipStart, padEnd, panel, row } from '../block.js'
import { decisionText } from '../decision-text.js'
import type { Size } from '../layout.js'
import type { Scene } from '../scene.js'
import { shown } from '../theme.js'
import { timeText } from '../trial-table.js'
import { wrapped } from '../wrapped.js'

/** All that is known of a trial: why it failed, or its scores and costs; and its policy. */
export function trialDetails(trial: HistoryRow, scene: Scene, size: Size): Block {
  const texts = [...outcomeTexts(trial, scene), whereText(trial)].flatMap(text => wrapped(text, size.width))
  const lines = [...texts, ...policyTexts(trial, scene, size.width)]
  const room = size.height - 1
  const more = lines.length - room
  const seen = more > 0 ? [...lines.slice(0, room - 1), `+${more + 1} more rows`] : lines
  const tone = trial.outcome === 'failed' ? 'bad' : 'plain'
  const rows = seen.map((text, i) => row(text, i < texts.length ? tone : 'plain'))
  return panel(`trial #${trial.trial}: ${trial.outcome}`, rows, size, scene.theme)
}

function outcomeTexts(trial: HistoryRow, { view, theme }: Scene): readonly string[] {
  if (trial.outcome === 'failed') return [`reason: ${shown(trial.reason, theme)}`]
  const { score, loss, reward, costs, cachedFrom } = trial
  const same = trial.outcome === 'cached' ? `   same policy as #${cachedFrom}` : ''
  const known = costNames.filter(name => costs[name] > 0)
  return [
    `val ${percent(score)}   loss ${loss.toFixed(4)}   reward ${reward.toFixed(4)}${same}`,
    known.map(name => costOf(name, costs[name], view)).join('   '),
  ]
}

function costOf(name: CostName, value: number, view: Scene['view']): string {
  const whole = view.baseline?.cost[name]
  const share = whole === undefined || whole === 0 ? '' : ` (${percent(value / whole, 1)})`
  return `${name === 'bytes' ? name : costLabels[name]} ${costText(name, value, unitOf(view, name))}${share}`
}

function whereText({ outcome, elapsedMs, worker, at }: HistoryRow): string {
  const took = outcome === 'cached' || elapsedMs === 0 ? '' : `took ${timeText(elapsedMs)}   `
  const who = Number.isNaN(worker) ? '' : `worker ${worker}   `
  return `${took}${who}told at ${new Date(at).toTimeString().slice(0, 8)}`
}

/** What was decided, in as many columns as there is room for. */
function policyTexts(trial: HistoryRow, { view, theme }: Scene, width: number): readonly string[] {
  if (trial.values === null) return ['its policy is not kept any more: pare show --json has it']
  const cells = sitesOf(view.run).flatMap((site, i) => {
    const value = decidedAt(trial.values, i)
    return value === undefined
      ? []
      : [`${clipStart(shown(site.name, theme), 24, theme)} ${decisionText(site.kind, value, site.most)}`]
  })
  const column = Math.max(1, ...cells.map(cell => cell.length)) + 3
  const columns = Math.max(1, Math.floor((width + 3) / column))
  return Array.from({ length: Math.ceil(cells.length / columns) }, (_, i) =>
    cells
      .slice(i * columns, (i + 1) * columns)
      .map(cell => padEnd(cell, column))
      .join('')
      .trimEnd(),
  )
}
