import type { RunEvent } from '../../search/events.js'
import { leaveRequest } from '../../supervise/control.js'
import { isWorkedOn } from '../job/locks.js'
import { onGoneReader } from '../options/gone-readers.js'
import { onStopSignal } from '../options/stop.js'
import { createDeathWatch } from './death-watch.js'
import { followEvents } from './follow.js'
import { isOpen } from './result.js'
import { existingRun, type RunFolder } from './run-folder.js'
import { openScreen } from './screen.js'
import { hasDashboard } from './terminal.js'

/**
 * `pare watch`: the dashboard of a run that another process works on, from its start. It reads only, but that it can ask
 * for a pause. In a terminal it stays until `q`; elsewhere it ends with the run.
 */
export async function watchCommand(run: string, options: { readonly plain: boolean }): Promise<void> {
  const folder = existingRun(run)
  const stop = new AbortController()
  const quit = () => stop.abort()
  const pause = async (asked: boolean) => {
    if (await isWorkedOn(folder)) leaveRequest(folder.path, asked ? 'pause' : null)
  }
  const screen = openScreen({
    plain: options.plain,
    role: 'viewer',
    onQuit: quit,
    onDetach: quit,
    onPause: asked => void pause(asked),
  })
  onStopSignal(quit)
  onGoneReader(quit)
  const stays = hasDashboard(options.plain)
  let isDead = false
  const death = createDeathWatch(() => isWorkedOn(folder), Date.now)
  const isOver = async (events: readonly RunEvent[]) => {
    const hasDied = await death.hasDied(events)
    if (hasDied && !isDead) screen.push(endOf(folder))
    isDead = hasDied
    return !stays && (isDead || !isOpen(death.state()))
  }
  try {
    await followEvents(folder, screen.push, isOver, stop.signal)
  } finally {
    await screen.close()
  }
}

/** What a run would have recorded whose processes were killed. */
function endOf({ name }: RunFolder): RunEvent {
  const message = `its process is gone; the run is saved: pare resume ${name}`
  return { at: Date.now(), type: 'run-ended', outcome: 'interrupted', message }
}
