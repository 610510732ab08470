import type { RunEvent } from '../../search/events.js'
import { leaveRequest, type Request, watchRequests } from '../../supervise/control.js'
import { createGuard, type Guard } from '../../supervise/guard.js'
import type { Health, Report } from '../../supervise/messages.js'
import type { Means } from '../job/work.js'
import type { RunFolder } from '../runs/run-folder.js'
import { limitsOf } from './limits-of.js'

/** How a job is looked after. */
export interface Oversight {
  readonly folder: RunFolder
  readonly means: Means
  /** What is known of the jobs before this one. */
  readonly health: Health
  /** Tells the supervisor what is under way. */
  readonly report: (report: Report) => void
  /** Another process asks the job to stop. */
  readonly onStop: () => void
}

/** The guard of a job, and its ear for other processes. */
export interface HandOut {
  readonly guard: Guard
  /** Begins to do what other processes ask. */
  listen(): void
  release(): void
}

/**
 * What hands out candidates to the workers of a job: as its supervisor says after a death, and not while the run is paused.
 * Pauses, and the deaths before this job, become events of the run.
 * @param slots workers
 */
export function openGuard(
  { health, means, folder, report, onStop }: Oversight,
  slots: number,
  note: (event: RunEvent) => void,
): HandOut {
  const deaths = [...health.deaths]
  const tell = (message: Report) => {
    const at = Date.now()
    if (message.kind === 'begun')
      for (const { at: died, reason, during } of deaths.splice(0))
        note({ at, type: 'restarted', reason, suspects: during, backMs: at - died })
    report(message)
  }
  const { trial, finalist } = limitsOf(means)
  const timeouts = { trial: trial.timeout, finalist: finalist.timeout }
  const guard = createGuard({ slots, health, report: tell, timeouts })
  let isPaused = false
  const obey = (request: Request | null) => {
    if (request === 'stop') {
      leaveRequest(folder.path, null)
      onStop()
      return
    }
    if ((request === 'pause') === isPaused) return
    isPaused = !isPaused
    note({ at: Date.now(), type: isPaused ? 'paused' : 'continued' })
    if (isPaused) guard.pause()
    else guard.goOn()
  }
  let release = () => {}
  return {
    guard,
    listen() {
      release = watchRequests(folder.path, obey)
    },
    release: () => release(),
  }
}
