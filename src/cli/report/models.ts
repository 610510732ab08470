import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ReportedFinalist, ReportedModel, ReportedPoint } from '../../report/run/run-report.js'
import type { RunDefinition } from '../../search/definition.js'
import type { RunEvent } from '../../search/events.js'
import { standingOf } from '../../search/ladder.js'
import { pointsOf } from '../../search/points.js'
import type { Climb, Finalist, Trial } from '../../search/trial.js'
import { sha256 } from '../files/hash.js'
import { mostExact, type RunFolder } from '../runs/run-folder.js'

/** What the store holds of a run. */
export interface StoredRun {
  readonly trials: readonly Trial[]
  readonly climbs: readonly Climb[]
  readonly finalists: readonly Finalist[]
  readonly events: readonly RunEvent[]
}

/** What the run chose, or what leads so far; null before the first trial. */
export function reportedModel(stored: StoredRun, folder: RunFolder): ReportedModel | null {
  const { trials, climbs, finalists, events } = stored
  const chosen = events.findLast(event => event.type === 'chosen')
  const [leader] = standingOf(trials, climbs)
  const trial = chosen === undefined ? leader?.trial : trials.find(({ number }) => number === chosen.trial)
  const report = chosen?.report ?? (leader && { ...leader.evaluation, latencyMs: null })
  if (trial === undefined || report === undefined) return null
  const finalist = finalists.find(other => other.trial === trial.number)
  const first = trial.state.kind === 'finished' ? trial.state.evaluation : null
  return {
    trial: trial.number,
    isChosen: chosen !== undefined,
    report,
    before: finalist?.before ?? first,
    policy: trial.policy,
    policyHash: trial.policyHash,
    file: fileOf(folder, chosen === undefined ? finalist?.file : basename(folder.best)),
  }
}

function fileOf({ path }: RunFolder, name: string | undefined): ReportedModel['file'] {
  if (name === undefined) return null
  const file = mostExact(join(path, name))
  if (!existsSync(file)) return null
  return { name: file.slice(path.length + 1), sha256: sha256(readFileSync(file)) }
}

/** Of a run of several points one each. */
export function reportedPoints(
  definition: RunDefinition,
  events: readonly RunEvent[],
): readonly ReportedPoint[] {
  if (definition.points.length === 0) return []
  const chosen = events.filter(event => event.type === 'point-chosen')
  return pointsOf(definition).map(point => ({
    point,
    model: chosen.findLast(event => event.point.asked === point.asked) ?? null,
  }))
}

/** All that became finalists, by trial, also those that failed or are not done. */
export function reportedFinalists({ finalists, events }: StoredRun): readonly ReportedFinalist[] {
  const numbers = new Set(finalists.map(({ trial }) => trial))
  for (const event of events)
    if (event.type === 'finalist-begun' || event.type === 'finalist-failed') numbers.add(event.trial)
  return [...numbers]
    .sort((a, b) => a - b)
    .map(trial => {
      const done = finalists.find(finalist => finalist.trial === trial)
      const of = (event: RunEvent) => 'trial' in event && event.trial === trial
      const begun = events.findLast(event => event.type === 'finalist-begun' && of(event))
      const failed = events.findLast(event => event.type === 'finalist-failed' && of(event))
      const measured = events.findLast(event => event.type === 'finalist-measured' && of(event))
      return {
        trial,
        before: done?.before ?? (begun?.type === 'finalist-begun' ? begun.before : null),
        after: done?.after ?? null,
        measured: measured?.type === 'finalist-measured' ? measured.latency : null,
        limit: measured?.type === 'finalist-measured' ? measured.limit : null,
        failure: done === undefined && failed?.type === 'finalist-failed' ? failed.reason : null,
      }
    })
}
