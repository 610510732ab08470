import { runFolder } from '../runs/run-folder.js'
import { announceEnd } from './announce.js'
import { startSupervisor } from './start-supervisor.js'
import type { Work } from './work.js'

/**
 * Starts a job under a supervisor of its own, and once it has begun shows the dashboard, or leaves at once. Until then it
 * writes to this terminal, and what it finds wrong ends this command as it would have.
 */
export async function workDetached(work: Work, leaves: boolean): Promise<void> {
  const started = await startSupervisor(work)
  if (started.kind === 'ended') return announceEnd(started)
  const { ready, leave } = started.detached
  if (!leaves) return (await import('./attach.js')).attach(started.detached, runFolder(ready.path))
  leave()
  process.stdout.write(`${ready.run}\n`)
}
