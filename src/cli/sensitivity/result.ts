import type { Probe } from '../../compress/probe.js'
import type { Normalization } from '../../data/manifest.js'
import type { MeasuredProbe, ProbeOutcome, Sensitivity } from '../../evaluate/sensitivity/measure.js'
import { bar, shown, themeOf } from '../../ui/dashboard/theme.js'
import { percent, whole } from '../../ui/format.js'
import { scoreName } from '../../ui/score-text.js'
import { plainTable } from '../../ui/table.js'

/** What `pare sensitivity` measured, and on what. */
export interface SensitivityReport extends Sensitivity {
  readonly model: string
  readonly seed: number
  readonly normalization: Normalization
  /** Channels that each group has, by its name. */
  readonly sizes: ReadonlyMap<string, number>
}

/** The JSON document; fractions and nats, null where a change could not be evaluated. */
export function sensitivityDocument(report: SensitivityReport) {
  const { model, seed, normalization, original, isComplete, measured } = report
  return {
    ...{ model, split: 'val', seed, normalization, complete: isComplete, original },
    probes: measured.map(({ probe, outcome }) => ({
      ...settingOf(probe, report.sizes),
      ...figuresOf(outcome),
    })),
  }
}

function figuresOf(outcome: ProbeOutcome) {
  switch (outcome.kind) {
    case 'measured': {
      const { kind: _, drop, rise, ...score } = outcome
      return {
        ...score,
        ...{ drop: drop.mean, dropError: drop.error },
        ...{ lossRise: rise.mean, lossRiseError: rise.error, failed: null },
      }
    }
    case 'failed': {
      const none = { top1: null, score: null, loss: null, n: null, drop: null, dropError: null }
      return { ...none, lossRise: null, lossRiseError: null, failed: outcome.reason }
    }
  }
}

/** What was tried, as the command line names it. */
function settingOf(probe: Probe, sizes: ReadonlyMap<string, number>) {
  const { name } = probe
  if (probe.kind === 'zeros') return { what: 'sparsity', name, kept: probe.kept } as const
  const { decision, value } = probe
  switch (decision) {
    case 'keep':
      return { what: 'channels', name, channels: value, of: sizes.get(name) ?? value } as const
    case 'weightBits':
      return { what: 'weight-bits', name, bits: value } as const
    case 'activationBits':
      return { what: 'activation-bits', name, bits: value } as const
    case 'rank':
      return { what: 'rank', name, rank: value } as const
    case 'blocks':
      return { what: 'block', name, stays: value === 1 } as const
  }
}

/** The same in words. */
function settingText(probe: Probe, sizes: ReadonlyMap<string, number>): string {
  const setting = settingOf(probe, sizes)
  switch (setting.what) {
    case 'channels':
      return `${whole(setting.channels)} of ${whole(setting.of)} channels`
    case 'sparsity':
      return `${Number((100 - setting.kept * 100).toFixed(2))} % zeros`
    case 'weight-bits':
      return `weights of ${setting.bits} bits`
    case 'activation-bits':
      return `values of ${setting.bits} bits`
    case 'rank':
      return `rank ${setting.rank}`
    case 'block':
      return setting.stays ? 'the block stays' : 'the block goes'
  }
}

/** Columns of the bars. */
const BAR = 20

/** Rows of the table at most: laying out a long one takes its square in time. */
const MOST_ROWS = 1000

/** One row a change, in the graph's order, with a bar for the score lost; the longest is of the largest drop. */
export function sensitivityText(report: SensitivityReport): string {
  const { original, measured, isComplete } = report
  const theme = themeOf(process.env)
  const dropOf = ({ outcome }: MeasuredProbe) => (outcome.kind === 'measured' ? outcome.drop.mean : 0)
  const largest = measured.reduce((most, row) => Math.max(most, dropOf(row)), 0)
  const table = plainTable(
    ['layer', 'alone', scoreName(original), 'drop, points', 'loss, nats', ''],
    ['left', 'left', 'right', 'right', 'right', 'left'],
  )
  let before = ''
  for (const row of measured.slice(0, MOST_ROWS)) {
    const { probe, outcome } = row
    const name = shown(probe.name, theme)
    const head = [name === before ? '' : name, settingText(probe, report.sizes)]
    before = name
    if (outcome.kind === 'failed') table.push([...head, 'failed', '', '', shown(outcome.reason, theme)])
    else {
      const { score, loss, drop } = outcome
      const lost = largest > 0 ? bar(Math.max(0, drop.mean) / largest, BAR, theme) : ''
      table.push([...head, percent(score), dropText(drop.mean, drop.error), loss.toFixed(4), lost])
    }
  }
  const more = measured.length - MOST_ROWS
  return [
    table.toString(),
    ...(more > 0 ? [`… and ${whole(more)} more; --json has them all`] : []),
    `original: val ${scoreName(original)} ${percent(original.score)}, loss ${original.loss.toFixed(4)} (n = ${whole(original.n)}); ` +
      'a drop is given with its standard error over these samples',
    ...(isComplete ? [] : ['interrupted: what was measured by then']),
  ].join('\n')
}

/** Percentage points with their standard error. */
function dropText(drop: number, error: number | null): string {
  return error === null
    ? (drop * 100).toFixed(2)
    : `${(drop * 100).toFixed(2)} +- ${(error * 100).toFixed(2)}`
}
