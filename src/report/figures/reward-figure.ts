import type { TrialRecord } from '../../search/trial-record.js'
import { lowerFence, spacious, thinned } from '../thin.js'
import { type Figure, looks, omitted, vegaSpec } from './figure.js'
import { hovered, pointMark, stepMark } from './marks.js'

/** What of a trial is drawn. */
type RewardedTrial = Pick<TrialRecord, 'number' | 'state' | 'reward' | 'reason'>

/** Points drawn at most. */
const MOST_POINTS = 1000

/** The reward of each trial and the best so far; null before the first trial is told. */
export function rewardFigure(records: readonly RewardedTrial[], reward: string): Figure | null {
  const told = records.flatMap(({ number, reward }) => (reward === null ? [] : [{ x: number, y: reward }]))
  const failed = records.flatMap(({ number, state, reason }) =>
    state === 'failed' ? [{ x: number, y: 0, reason: clipped(reason ?? '') }] : [],
  )
  if (told.length === 0) return null
  const best = bestSoFar(told)
  const last = records.at(-1)?.number ?? 0
  const line = [...best, { x: last, y: best.at(-1)!.y }]
  const floor = lowerFence(told.map(({ y }) => y))
  const points = thinned(
    told.filter(({ y }) => y >= floor),
    MOST_POINTS,
  )
  const below = told.filter(({ y }) => y < floor).length
  const y = {
    field: 'y',
    type: 'quantitative',
    title: `reward: ${reward}`,
    scale: { domain: spacious(points.map(({ y }) => y)), nice: false },
  } as const
  const trial = hovered('x', 'trial', 'd')
  const tooltip = [trial, hovered('y', 'reward', '.5~g')]
  return {
    id: 'plot-reward',
    title: 'Reward by trial',
    description: `Reward of ${told.length} trials in the order in which they were proposed, and the best so far, which rises from ${short(best[0]!.y)} to ${short(best.at(-1)!.y)} at trial ${best.at(-1)!.x}.`,
    key: [
      { ...looks.trial, text: 'trial' },
      { ...looks.best, text: 'best so far' },
      ...(failed.length > 0 ? [{ ...looks.failed, text: 'failed' }] : []),
    ],
    note: omitted(below, short(floor), points.length < told.length - below),
    spec: vegaSpec({
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          title: 'trial',
          axis: { tickMinStep: 1 },
          scale: { domain: [0, Math.max(1, last)], nice: false },
        },
      },
      layer: [
        { data: { values: points }, mark: pointMark('trial'), encoding: { y, tooltip } },
        {
          data: { values: thinned(failed, MOST_POINTS) },
          mark: pointMark('failed'),
          encoding: {
            y: { value: 'height' },
            tooltip: [trial, hovered('reason', 'failed')],
          },
        },
        { data: { values: line }, mark: stepMark('best'), encoding: { y, tooltip } },
      ],
    }),
    table: null,
  }
}

/** The places at which something better than all before comes, in order. */
export function bestSoFar(told: readonly { readonly x: number; readonly y: number }[]) {
  let most = Number.NEGATIVE_INFINITY
  return told.filter(({ y }) => {
    const isBetter = y > most
    most = Math.max(most, y)
    return isBetter
  })
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}

/** Reasons may be long; the list of trials has them whole. */
function clipped(reason: string): string {
  return reason.length > 80 ? `${reason.slice(0, 79)}…` : reason
}
