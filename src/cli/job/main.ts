import { type Health, type Order, parseOrder, type Report } from '../../supervise/messages.js'
import { compareAgents, goOnComparing, type Oversight } from '../compare/agents.js'
import { type ComparisonFolder, comparisonFolder } from '../compare/folder.js'
import { exitCodes, explain, Interrupted } from '../options/error.js'
import { existingRun } from '../runs/run-folder.js'
import { beginRun } from '../search/begin.js'
import { type OpenedJob, reopenRun } from '../search/reopen.js'
import { showFinished, workOnRun } from '../search/run-job.js'
import { parseWork, type Work } from './work.js'

/*
 * The process of a job: does what its supervisor says, tells it what is under way, and ends where it ends. What goes away
 * without a last word has died, for its supervisor.
 */
const stop = new AbortController()
/** Before there is a run, nothing has to be saved. */
let interrupt = () => leave({ kind: 'ended', code: exitCodes.interrupted, line: null }, process.exit)

function report(message: Report): void {
  if (process.connected) process.send?.(message, () => {})
}

function leave(message: Report, then: () => void): void {
  if (process.connected) process.send?.(message, then)
  else then()
}

async function work(given: unknown, health: Health): Promise<void> {
  let code: number = exitCodes.done
  let line: string | null = null
  try {
    await workOn(parseWork(given), health)
  } catch (error) {
    ;({ code, line } = explain(error))
  }
  process.exitCode = code
  process.off('disconnect', interrupt)
  leave({ kind: 'ended', code, line }, () => process.connected && process.disconnect())
}

function workOn(work: Work, health: Health): Promise<void> {
  switch (work.kind) {
    case 'search':
    case 'resume':
      return workOnOne(work, health)
    case 'compare':
      return compareAgents(work.options, overseeing(health))
    case 'compare-again':
      return goOnComparing(comparisonFolder(work.comparison), work.options, overseeing(health))
  }
}

type WorkOnOne = Extract<Work, { kind: 'search' | 'resume' }>

async function workOnOne(work: WorkOnOne, health: Health): Promise<void> {
  // For the user, the run did not end before this one tells so.
  const isAgain = health.deaths.length > 0 && work.kind === 'resume'
  if (isAgain && (await showFinished(existingRun(work.run), work.shown))) return
  const job = await open(work)
  try {
    begun(job.folder, `the run is saved: pare resume ${job.folder.name}`)
    const means = work.kind === 'search' ? work.again : work.options
    const watched = { signal: stop.signal, onStop: interrupt, health, report }
    await workOnRun({ ...job, ...watched, means }, work.shown)
  } finally {
    await job.store.close()
  }
}

/** What there is can go on from here. */
function begun({ name, path }: { readonly name: string; readonly path: string }, saved: string): void {
  interrupt = () => stop.abort(new Interrupted(`interrupted; ${saved}`))
  report({ kind: 'ready', run: name, path })
}

function overseeing(health: Health): Oversight {
  const onBegun = (folder: ComparisonFolder) =>
    begun(folder, `all runs are saved: pare compare ${folder.name}`)
  return { signal: stop.signal, onStop: () => interrupt(), health, report, onBegun }
}

function open(work: WorkOnOne): Promise<OpenedJob> {
  if (work.kind === 'search') return beginRun(work.options)
  return reopenRun(existingRun(work.run), work.run, work.options)
}

function obey(order: Order): void {
  switch (order.kind) {
    case 'start':
      void work(order.work, order.health)
      return
    case 'stop':
      interrupt()
      return
    case 'kill':
      process.exit(exitCodes.interrupted)
  }
}

process.on('message', message => obey(parseOrder(message)))
process.on('disconnect', () => interrupt())
process.on('SIGTERM', () => interrupt())
// Where the supervisor has died, nobody reads any more; the run is saved all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
// A terminal sends these to all processes before it; the supervisor says what is to be done.
for (const name of ['SIGINT', 'SIGHUP'] as const) process.on(name, () => {})
