import { listenForStop } from '../options/stop.js'
import { readResult } from '../runs/result.js'
import { openScreen } from '../runs/screen.js'
import { summaryOf } from '../runs/summary-of.js'
import { carryOut } from './carry-out.js'
import type { Job } from './job.js'

/** A job that is worked on in the foreground: the screen brings its events and its signal. */
export interface ForegroundJob extends Omit<Job, 'emit' | 'signal'> {
  readonly plain: boolean
  readonly json: boolean
}

/**
 * Works on a run with a screen until it ends, is interrupted or fails, records which, and prints the result.
 * @throws Interrupted after the user stopped it; the run is saved.
 */
export async function runInForeground(job: ForegroundJob): Promise<void> {
  const { folder, store } = job
  const stop = listenForStop(`interrupted; the run is saved: pare resume ${folder.name}`)
  const screen = openScreen({
    plain: job.plain || job.json,
    role: 'worker',
    before: (await store.events(0)).events,
    onQuit: stop.interrupt,
  })
  const failure = await carryOut({ ...job, emit: event => screen.push(event), signal: stop.signal })
  await screen.close()
  stop.release()
  await printResult(job)
  if (failure !== null) throw failure
}

async function printResult({ definition, folder, store, json }: ForegroundJob): Promise<void> {
  if (json) {
    process.stdout.write(`${JSON.stringify(await readResult(definition, folder, store), null, 2)}\n`)
    return
  }
  const { events } = await store.events(0)
  const table = summaryOf(events)
  if (table !== null) process.stdout.write(`${table}\n`)
}
