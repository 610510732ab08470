import { basename } from 'node:path'
import { comparisonResult } from '../../compare/result.js'
import { bestOf, type ComparedRun } from '../../compare/run.js'
import type { ComparisonReport, ReportedRun } from '../../report/comparison/comparison-report.js'
import type { RunEvent } from '../../search/events.js'
import { oneLine } from '../../ui/format.js'
import { type ComparisonFolder, plannedRuns, readComparison } from '../compare/folder.js'
import { begunEvents, comparedRun } from '../compare/read-run.js'
import { isWorkedOn } from '../job/locks.js'
import { standingOf } from '../runs/result.js'
import type { RunFolder } from '../runs/run-folder.js'
import { comparisonReproduction } from './reproduction.js'

/** All that a report tells of a comparison, however far it is. @throws UsageError, StoreError in one line. */
export async function readComparisonReport(folder: ComparisonFolder): Promise<ComparisonReport> {
  const comparison = readComparison(folder)
  const { agents, seeds, run: definition } = comparison
  const compared: ComparedRun[] = []
  const runs: ReportedRun[] = []
  const all: RunEvent[] = []
  for (const { folder: run, definition } of plannedRuns(folder, comparison)) {
    const events = await begunEvents(run)
    const one = comparedRun(run.name, definition.agent, definition, events ?? [])
    compared.push(one)
    runs.push(await reportedRun(run, one, events))
    for (const event of events ?? []) all.push(event)
  }
  const { groups, paired } = comparisonResult(folder.name, compared, {})
  return {
    comparison: folder.name,
    writtenAt: Date.now(),
    isWorkedOn: await isWorkedOn(folder),
    ...{ agents, seeds, definition, groups, paired },
    original: originalOf(all),
    time: timeOf(all),
    runs,
    reproduction: comparisonReproduction(comparison),
  }
}

/** The original as the run tells that has come furthest: only at its end is test looked at. */
function originalOf(events: readonly RunEvent[]): ComparisonReport['original'] {
  const told = events.flatMap(event => (event.type === 'baseline' ? [event.report] : []))
  return told.find(({ scores }) => scores.test !== undefined) ?? told[0] ?? null
}

function timeOf(events: readonly RunEvent[]): ComparisonReport['time'] {
  const [start] = events
  if (start === undefined) return null
  const span = { first: start.at, last: start.at }
  return events.reduce(
    ({ first, last }, { at }) => ({ first: Math.min(first, at), last: Math.max(last, at) }),
    span,
  )
}

async function reportedRun(
  folder: RunFolder,
  compared: ComparedRun,
  events: readonly RunEvent[] | null,
): Promise<ReportedRun> {
  const { agent, seed, told, planned, chosen } = compared
  const left = events?.findLast(event => event.type === 'run-started' || event.type === 'run-ended')
  return {
    ...{ name: basename(folder.path), agent, seed, planned },
    state: events === null ? 'waiting' : await standingOf(events, folder),
    message: left?.type === 'run-ended' ? oneLine(left.message) : '',
    told: told.length,
    best: bestOf(compared),
    val: chosen?.val ?? null,
    test: chosen?.test ?? null,
    searchMs: told.at(-1)?.ms ?? null,
  }
}
