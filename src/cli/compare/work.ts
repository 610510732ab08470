import { basename } from 'node:path'
import { timeLeft, type Worked } from '../../compare/left.js'
import { bestOf, type ComparedRun } from '../../compare/run.js'
import { toldTrials, workedTime } from '../../compare/told.js'
import type { RunEvent } from '../../search/events.js'
import { isSetUp } from '../../store/run-reader.js'
import { openRunStore } from '../../store/sqlite-run-store.js'
import { leaveRequest, watchRequests } from '../../supervise/control.js'
import type { Health, Report } from '../../supervise/messages.js'
import { duration, oneLine } from '../../ui/format.js'
import { scoreText } from '../../ui/score-text.js'
import type { Means } from '../job/work.js'
import { explain, Interrupted } from '../options/error.js'
import { stateOf } from '../runs/result.js'
import { createRun } from '../runs/run-folder.js'
import { carryOut } from '../search/carry-out.js'
import { type Prepared, writeOriginal } from '../search/prepare.js'
import { type OpenedJob, reopenRun } from '../search/reopen.js'
import type { PlannedRun } from './folder.js'
import { begunEvents, comparedRun } from './read-run.js'

/** What the runs of a comparison are worked on with. */
export interface WorkOptions {
  /** Of the comparison's folder, in which other processes leave requests. */
  readonly path: string
  /** Of one run at a time. */
  readonly means: Means
  /** Where the data set is now, if it is another place than that of the definition. */
  readonly data?: string
  readonly anyMachine: boolean
  readonly signal: AbortSignal
  /** What is known of the jobs before this one. */
  readonly health: Health
  /** Tells the supervisor what is under way. */
  readonly report: (report: Report) => void
  /** Another process asks to stop. */
  readonly onStop: () => void
}

/**
 * Works on one run after another until all are finished: begins those that are not there, goes on with those that were
 * stopped. One that fails does not keep the others back.
 * @returns how many failed
 * @throws the signal's reason once it is aborted; what was begun can go on later.
 */
export async function workOnRuns(
  planned: readonly PlannedRun[],
  prepared: Pick<Prepared, 'inputs' | 'baseline' | 'layers'>,
  options: WorkOptions,
): Promise<number> {
  const standing: { readonly run: PlannedRun; events: readonly RunEvent[] }[] = []
  for (const run of planned) standing.push({ run, events: (await begunEvents(run.folder)) ?? [] })
  let { health } = options
  const inState = (state: string) => standing.filter(({ events }) => stateOf(events) === state)
  const finished = inState('finished')
  // For the user, the job goes on that has died: what failed in it is not tried again before the next command.
  const failedBefore = health.deaths.length > 0 ? inState('failed') : []
  let failed = failedBefore.length
  const left = standing.filter(one => !finished.includes(one) && !failedBefore.includes(one))
  for (const [i, one] of left.entries()) {
    const { folder, definition } = one.run
    const worked = ({ run, events }: (typeof standing)[number]): Worked => ({
      agent: run.definition.agent,
      ms: workedTime(events),
    })
    const rest = (from: number) => restText(timeLeft(finished.map(worked), left.slice(from).map(worked)))
    const name = `[${finished.length + failed + 1}/${planned.length}] ${basename(folder.path)}`
    const told = toldTrials(one.events).length
    const how = told === 0 ? 'begun' : `goes on after ${told} of ${definition.trials} trials`
    const job = await openJob(one.run, prepared, options)
    process.stderr.write(`${name} ${how}${rest(i)}\n`)
    const began = Date.now()
    const release = passRequests(options.path, folder.path)
    let failure: unknown
    try {
      failure = await carryOut({ ...job, ...options, health, emit: () => {} })
      // The run that a job died at has recorded it.
      health = { ...health, deaths: [] }
      one.events = (await job.store.events(0)).events
    } finally {
      release()
      await job.store.close()
    }
    if (failure instanceof Interrupted) throw failure
    const took = duration(Date.now() - began)
    if (failure === null) finished.push(one)
    else failed++
    process.stderr.write(
      `${name} ${failure === null ? `finished in ${took}${bestText(comparedRun(name, name, definition, one.events))}` : `failed after ${took}: ${oneLine(explain(failure).line)}`}${rest(i + 1)}\n`,
    )
  }
  return failed
}

/** What is asked of a comparison is asked of the run that is being worked on, until the returned function is called. */
function passRequests(from: string, to: string): () => void {
  leaveRequest(to, null)
  const stop = watchRequests(from, request => leaveRequest(to, request))
  return () => {
    stop()
    leaveRequest(to, null)
  }
}

/** A run opened to be worked on: as it was left, or new. */
async function openJob(
  { folder, definition }: PlannedRun,
  prepared: Pick<Prepared, 'inputs' | 'baseline' | 'layers'>,
  { data, anyMachine }: WorkOptions,
): Promise<OpenedJob> {
  if (await isSetUp(folder.database))
    return reopenRun(folder, folder.name, { anyMachine, ...(data === undefined ? {} : { data }) })
  await createRun(folder.path, definition.model.source, false)
  writeOriginal(folder, prepared)
  const { inputs, baseline } = prepared
  return { definition, folder, inputs, baseline, store: await openRunStore(folder.database, definition) }
}

function restText(ms: number | null): string {
  return ms === null || ms === 0 ? '' : `; about ${duration(ms)} left`
}

function bestText(run: ComparedRun): string {
  const score = bestOf(run)
  return score === null ? '' : `, best ${scoreText('val', { metric: run.metric, score })} before fine-tuning`
}
