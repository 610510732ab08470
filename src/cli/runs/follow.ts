import { setTimeout as delay } from 'node:timers/promises'
import type { RunEvent } from '../../search/events.js'
import { openRunReader } from '../../store/run-reader.js'
import type { RunFolder } from './run-folder.js'

/** How often a viewer looks for new events, ms. */
const POLL = 250

/** Events read at a time: those of a long run come bit by bit, and screen and keys answer meanwhile. */
const PAGE = 500

/**
 * Hands on the events of a run, from its start, as its process writes them; reads only.
 * @param isOver asked after each look, with all that were new at it; the last look comes after it was true
 */
export async function followEvents(
  { database }: Pick<RunFolder, 'database'>,
  push: (event: RunEvent) => void,
  isOver: (events: readonly RunEvent[]) => boolean | Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  const reader = await openRunReader(database)
  let seen = 0
  const look = async () => {
    const { events, last } = await reader.events(seen, PAGE)
    seen = last
    for (const event of events) push(event)
    return events
  }
  const lookToTheEnd = async () => {
    while (!signal.aborted && (await look()).length === PAGE);
  }
  try {
    while (!signal.aborted) {
      const events = await look()
      const over = await isOver(events)
      // More has happened since what was read.
      if (events.length === PAGE) continue
      if (over) return await lookToTheEnd()
      await delay(POLL, undefined, { signal }).catch(() => undefined)
    }
  } finally {
    await reader.close()
  }
}
