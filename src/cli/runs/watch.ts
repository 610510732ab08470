import { setTimeout as delay } from 'node:timers/promises'
import type { RunEvent } from '../../search/events.js'
import { openRunReader } from '../../store/run-reader.js'
import { stateOf } from './result.js'
import { existingRun } from './run-folder.js'
import { drawsScreen, openScreen } from './screen.js'

/** How often a viewer looks for new events, ms. */
const POLL = 250

/** Events read at a time: those of a long run come bit by bit, and screen and keys answer meanwhile. */
const PAGE = 500

/**
 * `pare watch`: the dashboard of a run that another process works on, from its start. It reads only. In a terminal it
 * stays until `q`; elsewhere it ends with the run.
 */
export async function watchCommand(run: string, options: { readonly plain: boolean }): Promise<void> {
  const folder = existingRun(run)
  const reader = await openRunReader(folder.database)
  const stop = new AbortController()
  const quit = () => stop.abort()
  const screen = openScreen({ plain: options.plain, role: 'viewer', before: [], onQuit: quit })
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, quit)
  const stays = drawsScreen(options.plain)
  let seen = 0
  let newest: RunEvent[] = []
  try {
    while (!stop.signal.aborted) {
      const { events, last } = await reader.events(seen, PAGE)
      seen = last
      for (const event of events) screen.push(event)
      newest = [...newest, ...events].filter(({ type }) => type === 'run-started' || type === 'run-ended')
      if (events.length === PAGE) continue
      if (!stays && stateOf(newest) !== 'running') break
      await delay(POLL, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  } finally {
    await screen.close()
    await reader.close()
  }
}
