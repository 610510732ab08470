import type { ComparedRun } from '../../compare/run.js'
import { toldTrials } from '../../compare/told.js'
import type { RunDefinition } from '../../search/definition.js'
import type { RunEvent } from '../../search/events.js'
import { isSetUp, openRunReader } from '../../store/run-reader.js'
import { readDefinition } from '../runs/read-definition.js'
import { stateOf } from '../runs/result.js'
import type { RunFolder } from '../runs/run-folder.js'

/** All that a run has told so far, with what it is. @throws StoreError, UsageError in one line. */
export async function readEvents(
  folder: RunFolder,
): Promise<{ readonly definition: RunDefinition; readonly events: readonly RunEvent[] }> {
  const reader = await openRunReader(folder.database)
  try {
    const definition = readDefinition(reader.definition, folder)
    return { definition, events: (await reader.events(0)).events }
  } finally {
    await reader.close()
  }
}

/** All that a run has told so far; null of one that is not begun. @throws StoreError, UsageError in one line. */
export async function begunEvents(folder: RunFolder): Promise<readonly RunEvent[] | null> {
  return (await isSetUp(folder.database)) ? (await readEvents(folder)).events : null
}

/** A run as it is compared. @param group what it is compared under */
export function comparedRun(
  run: string,
  group: string,
  { agent, seed, trials, metric }: RunDefinition,
  events: readonly RunEvent[],
): ComparedRun {
  const scored = events.find(event => event.type === 'baseline')?.report.scores.val
  const chosen = events.findLast(event => event.type === 'chosen')?.report.scores
  return {
    run,
    group,
    agent,
    seed,
    // Several outputs may all have been asked to be scored alike.
    metric: scored?.metric ?? metric,
    finished: stateOf(events) === 'finished',
    planned: trials,
    told: toldTrials(events),
    chosen:
      chosen === undefined ? null : { val: chosen.val?.score ?? null, test: chosen.test?.score ?? null },
  }
}
