import { join } from 'node:path'
import { playFinals } from '../../search/finals.js'
import { climb, type Ladder, type Standing } from '../../search/ladder.js'
import { keepsLimit, type Point } from '../../search/points.js'
import { rewards } from '../../search/reward.js'
import type { Finalist, TrialOutcome } from '../../search/trial.js'
import { valScore } from '../../search/val-score.js'
import { packedBeside, writeWhole } from '../runs/run-folder.js'

/** The finalists of a point, best first; of the run itself where it has no budget. */
export interface PlayedPoint {
  readonly point: Point | null
  readonly finalists: readonly Finalist[]
}

/**
 * The ladder and the finals for each point, among all trials that keep its limit.
 * @param family the one finalist of each point where they were chosen together; else null
 * @param folder the run's
 */
export async function playPoints(
  l: Ladder,
  points: readonly (Point | null)[],
  trials: readonly TrialOutcome[],
  family: readonly Standing[] | null,
  folder: string,
): Promise<readonly PlayedPoint[]> {
  const played: PlayedPoint[] = []
  for (const [i, point] of points.entries()) {
    const member = family?.[i]
    const standing =
      member === undefined
        ? await climb(l, point === null ? trials : trials.filter(trial => keepsLimit(trial, point)))
        : [member]
    const finalists = await playFinals(
      {
        ...l,
        before: family === null ? i * l.finalists : i,
        worthOf: l.maxDrop ? evaluation => rewards['within-drop'](evaluation, l) : valScore,
        saveModel(trial, { model, packed }) {
          const file = join('models', `trial-${trial}.onnx`)
          if (packed !== null) writeWhole(packedBeside(join(folder, file)), packed)
          writeWhole(join(folder, file), model)
          return file
        },
      },
      standing,
    )
    played.push({ point, finalists })
  }
  return played
}
