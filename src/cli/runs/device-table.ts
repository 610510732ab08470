import type { SplitScore } from '../../evaluate/evaluation.js'
import type { NetworkPrediction } from '../../latency/predictor.js'
import type { ProfileUnit } from '../../latency/profile.js'
import { costText } from '../../ui/cost-text.js'
import { firstOf, percent } from '../../ui/format.js'
import { scoreName, scoreText } from '../../ui/score-text.js'
import { plainTable } from '../../ui/table.js'

/** What a run chose as predicted on one device, in the device's unit, and its original there. */
export interface DevicePrediction extends NetworkPrediction {
  /** The profile's file. */
  readonly profile: string
  readonly device: string
  readonly unit: ProfileUnit
  /** Of the original's value. */
  readonly ratio: number
  readonly original: NetworkPrediction
}

/** A run's choice on several devices. */
export interface ComparedRun {
  readonly run: string
  /** The model that the run chose, and its score. */
  readonly file: string
  readonly score: (Pick<SplitScore, 'metric' | 'score' | 'n'> & { readonly split: 'test' | 'val' }) | null
  /** The score by its own name, where the metric is top-1. */
  readonly accuracy?: { readonly split: 'test' | 'val'; readonly top1: number; readonly n: number }
  /** The hash of the original, of which runs may share one. */
  readonly originalHash: string
  readonly on: readonly DevicePrediction[]
}

/** Layers that a note names at most; JSON has them all. */
const NAMED = 4

/**
 * A row for each run, and before it one of its original where that is not the one above; a column for each device. Below
 * stands what was extrapolated.
 */
export function deviceTable(runs: readonly ComparedRun[]): string {
  const devices = runs[0]?.on.map(({ device }) => device) ?? []
  const aligns = devices.map(() => 'right' as const)
  const metrics = new Set(runs.flatMap(({ score }) => (score === null ? [] : [score.metric])))
  const [metric = 'top1'] = metrics
  const title = metrics.size > 1 ? 'score' : scoreName({ metric })
  const table = plainTable(['run', title, ...devices], ['left', 'right', ...aligns])
  const notes: string[] = []
  let above = ''
  for (const { run, originalHash, score, on } of runs) {
    if (originalHash !== above) {
      table.push([
        'original',
        '',
        ...on.map(({ original, unit }) => costText('latency', original.value, unit)),
      ])
      notes.push(...on.flatMap(({ original, device }) => noteOf(`the original of ${run}`, device, original)))
    }
    above = originalHash
    table.push([
      run,
      score === null ? '-' : scoreText(score.split, score),
      ...on.map(({ value, unit, ratio }) => `${costText('latency', value, unit)}, ${percent(ratio, 1)}`),
    ])
    notes.push(...on.flatMap(prediction => noteOf(run, prediction.device, prediction)))
  }
  return [table.toString(), ...notes].join('\n')
}

function noteOf(what: string, device: string, { extrapolated }: NetworkPrediction): readonly string[] {
  if (extrapolated.length === 0) return []
  return [`extrapolated for ${what} on ${device}: ${firstOf(extrapolated, NAMED)}`]
}
