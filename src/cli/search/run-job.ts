import type { Shown } from '../job/work.js'
import { writeLines } from '../runs/lines.js'
import { readResult } from '../runs/result.js'
import { summaryOf } from '../runs/summary-of.js'
import { carryOut } from './carry-out.js'
import type { Job } from './job.js'

/**
 * Works on a run until it ends, is interrupted or fails, records which, and shows it.
 * @throws Interrupted after the user stopped it; the run is saved.
 */
export async function workOnRun(job: Omit<Job, 'emit'>, shown: Shown): Promise<void> {
  const emit = shown === 'nothing' ? () => {} : writeLines((await job.store.events(0)).events)
  const failure = await carryOut({ ...job, emit })
  await printResult(job, shown)
  if (failure !== null) throw failure
}

async function printResult({ definition, folder, store }: Omit<Job, 'emit'>, shown: Shown): Promise<void> {
  switch (shown) {
    case 'nothing':
      return
    case 'json':
      process.stdout.write(`${JSON.stringify(await readResult(definition, folder, store), null, 2)}\n`)
      return
    case 'table': {
      const table = summaryOf(await store.milestones())
      if (table !== null) process.stdout.write(`${table}\n`)
    }
  }
}
