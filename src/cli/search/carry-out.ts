import { appendFileSync } from 'node:fs'
import type { RunEvent } from '../../search/events.js'
import { explain, Interrupted } from '../options/error.js'
import { type Job, runJob } from './job.js'

/**
 * Works on a run until it ends, is interrupted or fails, and records which; what happens goes to its log too.
 * @returns what ended it early, an Interrupted where that was the user; null where it is finished.
 */
export async function carryOut(job: Job): Promise<unknown> {
  const { folder, store, signal } = job
  const emit = (event: RunEvent) => {
    appendFileSync(folder.log, `${JSON.stringify(event)}\n`)
    job.emit(event)
  }
  let failure: unknown = null
  try {
    await runJob({ ...job, emit })
  } catch (error) {
    failure = signal.aborted ? signal.reason : error
  }
  const outcome = failure === null ? 'finished' : failure instanceof Interrupted ? 'interrupted' : 'failed'
  const ended: RunEvent = {
    at: Date.now(),
    type: 'run-ended',
    outcome,
    message: failure === null ? `result in ${folder.best}` : explain(failure).line,
  }
  try {
    await store.advance({ events: [ended] })
    emit(ended)
  } catch (error) {
    // Where the disk is full, how the run ended cannot be written either; the next process finds it as killed.
    return failure ?? error
  }
  return failure
}
