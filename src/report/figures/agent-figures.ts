import type { AgentReport } from '../../search/events.js'
import type { TrialRecord } from '../../search/trial-record.js'
import { okabeIto } from '../okabe-ito.js'
import { thinnedLine } from '../thin.js'
import { type Figure, vegaSpec } from './figure.js'
import { hovered } from './marks.js'

/** Points of a line at most. */
const MOST_POINTS = 800

/** What agents tell of themselves, with what it is. */
const told = [
  ['criticLoss', 'Loss of the critic', okabeIto[0]],
  ['actorLoss', 'Loss of the actor', okabeIto[2]],
  ['noise', 'Noise of the exploration', okabeIto[3]],
] as const satisfies readonly (readonly [keyof AgentReport, string, string])[]

/** A small plot of each figure that the agent told after its trials. */
export function agentFigures(records: readonly TrialRecord[]): readonly Figure[] {
  return told.flatMap(([field, title, color]) => {
    const all = records.flatMap(({ number, agent }) => {
      const y = agent?.[field]
      return y === undefined || !Number.isFinite(y) ? [] : [{ x: number, y }]
    })
    if (all.length < 2) return []
    const values = thinnedLine(all, MOST_POINTS)
    const [first, last] = [all[0]!, all.at(-1)!]
    return [
      {
        id: `plot-${field}`,
        title,
        description: `${title} after each trial, from ${short(first.y)} after trial ${first.x} to ${short(last.y)} after trial ${last.x}.`,
        key: [],
        note:
          values.length < all.length
            ? 'Of each stretch of trials the least and the largest figure are drawn.'
            : '',
        spec: vegaSpec({
          height: 160,
          data: { values },
          mark: { type: 'line', color, strokeWidth: 1.5, point: { opacity: 0, size: 60 } },
          encoding: {
            x: {
              field: 'x',
              type: 'quantitative',
              title: 'trial',
              scale: { nice: false, zero: false },
              axis: { tickMinStep: 1 },
            },
            y: {
              field: 'y',
              type: 'quantitative',
              title: null,
              scale: { zero: false },
              axis: { tickCount: 5 },
            },
            tooltip: [hovered('x', 'trial', 'd'), hovered('y', title, '.4~g')],
          },
        }),
        table: null,
      },
    ]
  })
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}
