import { costLabels, costText } from '../cost-text.js'
import { duration, milliseconds, percent } from '../format.js'
import type { CostName, HistoryRow } from '../history-row.js'
import { unitOf } from '../limited.js'
import { scoreLabel } from '../score-text.js'
import type { RunView } from '../view.js'
import { aligned, type Block, type Row, row, type Tone } from './block.js'
import type { Scene } from './scene.js'
import { shown } from './theme.js'

const sides = ['right', 'left', 'right', 'right', 'right', 'right', 'left', 'right', 'right'] as const

/** Trials as a table with its head, the selected one marked; where there is little room the last columns go. */
export function trialTable(
  rows: readonly HistoryRow[],
  scene: Scene,
  {
    width,
    cost,
    selected,
  }: { readonly width: number; readonly cost: CostName; readonly selected: number | null },
): Block {
  const { view, theme } = scene
  const label = cost === 'bytes' ? 'bytes' : costLabels[cost]
  const val = scoreLabel('val', view.baseline?.scores.val)
  const head = ['trial', 'state', val, label, 'of orig.', 'reward', '', 'time', 'worker']
  const front = new Set(view.fronts[cost]?.map(({ trial }) => trial))
  const columns = width >= 90 ? head.length : width >= 76 ? 8 : 7
  const cells = rows.map(trial => {
    const start = [`#${trial.trial}`, trial.outcome]
    return trial.outcome === 'failed' ? start : [...start, ...figures(trial, cost, view, front)]
  })
  const [first = '', ...texts] = aligned(
    [head, ...cells].map(line => line.slice(0, columns)),
    sides,
  )
  const lines = rows.map((trial, i): Row => {
    const isSelected = trial.trial === selected
    const reason = trial.outcome === 'failed' ? `    ${shown(trial.reason, theme)}` : ''
    const tone = toneOf(trial, view, front, isSelected)
    return row(`${isSelected ? '> ' : '  '}${texts[i] ?? ''}${reason}`, tone)
  })
  return [row(`  ${first}`, 'quiet'), ...lines]
}

function figures(
  trial: HistoryRow,
  cost: CostName,
  view: RunView,
  front: ReadonlySet<number>,
): readonly string[] {
  const { score, reward, costs, elapsedMs, worker } = trial
  const whole = view.baseline?.cost[cost]
  return [
    percent(score),
    costText(cost, costs[cost], unitOf(view, cost)),
    whole === undefined ? '' : percent(costs[cost] / whole, 1),
    reward.toFixed(4),
    noteOf(trial, view, front),
    trial.outcome === 'cached' ? '' : timeText(elapsedMs),
    Number.isNaN(worker) ? '' : String(worker),
  ]
}

function noteOf(trial: HistoryRow, { best }: RunView, front: ReadonlySet<number>): string {
  if (trial.trial === best?.trial) return 'best'
  if (trial.outcome === 'cached') return `as #${trial.cachedFrom}`
  return front.has(trial.trial) ? 'front' : ''
}

function toneOf(
  { trial, outcome }: HistoryRow,
  { best }: RunView,
  front: ReadonlySet<number>,
  isSelected: boolean,
): Tone {
  if (isSelected) return 'selected'
  if (outcome === 'failed') return 'bad'
  if (trial === best?.trial) return 'strong'
  return front.has(trial) ? 'good' : 'plain'
}

/** How long a trial took. */
export function timeText(ms: number): string {
  return ms < 10_000 ? milliseconds(Math.round(ms)).replace(/\.0+ /, ' ') : duration(ms)
}
