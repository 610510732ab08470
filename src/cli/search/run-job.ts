import type { RunReader } from '../../search/run-store.js'
import { openRunReader } from '../../store/run-reader.js'
import type { Shown } from '../job/work.js'
import { pastOf, writeLines } from '../runs/lines.js'
import { readDefinition } from '../runs/read-definition.js'
import { readResult, stateOf } from '../runs/result.js'
import type { RunFolder } from '../runs/run-folder.js'
import { summaryOf } from '../runs/summary-of.js'
import { carryOut } from './carry-out.js'
import type { Job } from './job.js'

/**
 * Works on a run until it ends, is interrupted or fails, records which, and shows it.
 * @throws Interrupted after the user stopped it; the run is saved.
 */
export async function workOnRun(job: Omit<Job, 'emit'>, shown: Shown): Promise<void> {
  const emit = shown === 'nothing' ? () => {} : writeLines(await pastOf(job.store))
  const failure = await carryOut({ ...job, emit })
  await printResult(job, shown)
  if (failure !== null) throw failure
}

/** Shows a run whose job died when all was done. @returns whether it is one */
export async function showFinished(folder: RunFolder, shown: Shown): Promise<boolean> {
  const store = await openRunReader(folder.database)
  try {
    if (stateOf(await store.milestones()) !== 'finished') return false
    await printResult({ definition: readDefinition(store.definition, folder), folder, store }, shown)
    return true
  } finally {
    await store.close()
  }
}

async function printResult(
  { definition, folder, store }: Pick<Job, 'definition' | 'folder'> & { readonly store: RunReader },
  shown: Shown,
): Promise<void> {
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
