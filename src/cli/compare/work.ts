import { basename } from 'node:path'
import { timeLeft, type Worked } from '../../compare/left.js'
import { toldTrials, workedTime } from '../../compare/told.js'
import type { RunEvent } from '../../search/events.js'
import { isSetUp } from '../../store/run-reader.js'
import { openRunStore } from '../../store/sqlite-run-store.js'
import { healthy } from '../../supervise/messages.js'
import { duration, oneLine, percent } from '../../ui/format.js'
import { explain, Interrupted } from '../options/error.js'
import { stateOf } from '../runs/result.js'
import { createRun } from '../runs/run-folder.js'
import { carryOut } from '../search/carry-out.js'
import { type Prepared, writeOriginal } from '../search/prepare.js'
import { type OpenedJob, reopenRun } from '../search/reopen.js'
import type { PlannedRun } from './folder.js'
import { readEvents } from './read-run.js'

/** What the runs of a comparison are worked on with. */
export interface WorkOptions {
  /** Of one run at a time; null for one a core. */
  readonly workers: number | null
  /** Where the data set is now, if it is another place than that of the definition. */
  readonly data?: string
  readonly anyMachine: boolean
  readonly signal: AbortSignal
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
  for (const run of planned)
    standing.push({
      run,
      events: (await isSetUp(run.folder.database)) ? (await readEvents(run.folder)).events : [],
    })
  const isDone = ({ events }: { readonly events: readonly RunEvent[] }) => stateOf(events) === 'finished'
  const finished = standing.filter(isDone)
  let failed = 0
  const left = standing.filter(run => !isDone(run))
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
    let failure: unknown
    try {
      const { workers, signal, onStop } = options
      const means = workers === null ? {} : { workers }
      const alone = { health: healthy, report: () => {}, emit: () => {} }
      failure = await carryOut({ ...job, ...alone, means, signal, onStop })
      one.events = (await job.store.events(0)).events
    } finally {
      await job.store.close()
    }
    if (failure instanceof Interrupted) throw failure
    const took = duration(Date.now() - began)
    if (failure === null) finished.push(one)
    else failed++
    process.stderr.write(
      `${name} ${failure === null ? `finished in ${took}${bestText(one.events)}` : `failed after ${took}: ${oneLine(explain(failure).line)}`}${rest(i + 1)}\n`,
    )
  }
  return failed
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

function bestText(events: readonly RunEvent[]): string {
  const best = toldTrials(events).at(-1)?.best ?? null
  return best === null ? '' : `, best val ${percent(best)} before fine-tuning`
}
