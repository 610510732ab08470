import { join } from 'node:path'
import type { ReportedLayer, ReportedModel, RunReport } from '../../report/run/run-report.js'
import type { RunEvent, SiteSummary } from '../../search/events.js'
import { knownTrials } from '../../search/front.js'
import type { RunReader } from '../../search/run-store.js'
import { trialRecords } from '../../search/trial-record.js'
import { oneLine } from '../../ui/format.js'
import { readDefinition } from '../runs/read-definition.js'
import { standingOf } from '../runs/result.js'
import type { RunFolder } from '../runs/run-folder.js'
import { reportedLayers } from './layers.js'
import { reportedFinalists, reportedModel, reportedPoints, type StoredRun } from './models.js'
import { reproduction } from './reproduction.js'
import { reportedSensitivity } from './sensitivity.js'

/**
 * All that a report tells of a run, however far it is.
 * @param warn told in one line what could not be read beside the run itself
 */
export async function readReport(
  reader: RunReader & { readonly definition: unknown },
  folder: RunFolder,
  warn: (line: string) => void,
): Promise<RunReport> {
  const definition = readDefinition(reader.definition, folder)
  const [trials, climbs] = [await reader.trials(), await reader.climbs()]
  const [finalists, { events }] = [await reader.finalists(), await reader.events(0)]
  const stored: StoredRun = { trials, climbs, finalists, events }
  const ended = events.findLast(event => event.type === 'run-started' || event.type === 'run-ended')
  const sites = sitesOf(events)
  const result = reportedModel(stored, folder)
  const [first, last] = [events[0], events.at(-1)]
  return {
    run: folder.name,
    writtenAt: Date.now(),
    state: await standingOf(events, folder),
    message: ended?.type === 'run-ended' ? oneLine(ended.message) : '',
    definition,
    time: first === undefined || last === undefined ? null : { first: first.at, last: last.at },
    sites,
    records: trialRecords(stored),
    known: knownTrials(trials, climbs, finalists),
    original: events.findLast(event => event.type === 'baseline')?.report ?? null,
    result,
    points: reportedPoints(definition, events),
    finalists: reportedFinalists(stored),
    layers: await layersOf(folder, result, warn),
    sensitivity: reportedSensitivity(events, sites, trials),
    reproduction: reproduction(definition),
  }
}

/** All that is decided, in decision order; runs older than bits tell of widths alone. */
function sitesOf(events: readonly RunEvent[]): readonly SiteSummary[] {
  const started = events.findLast(event => event.type === 'run-started')
  const groups = started?.groups.map(({ name, size }) => ({ kind: 'keep', name, most: size }) as const)
  return started?.sites ?? groups ?? []
}

/** None where the models are not there any more: the rest of the report is worth as much without. */
async function layersOf(
  { path, original }: RunFolder,
  result: ReportedModel | null,
  warn: (line: string) => void,
): Promise<readonly ReportedLayer[]> {
  const file = result === null || result.file === null ? null : join(path, result.file.name)
  try {
    return await reportedLayers(original, file)
  } catch (error) {
    warn(`the layers are left out: ${error instanceof Error ? error.message : String(error)}`)
    return []
  }
}
