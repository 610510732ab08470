import { setTimeout as delay } from 'node:timers/promises'
import { isLocked, lockFile } from '../../store/lock.js'
import { leaveRequest } from '../../supervise/control.js'
import { UsageError } from '../options/error.js'
import { existingRun, type RunFolder } from '../runs/run-folder.js'

/** How often is looked whether a job has ended, ms. */
const POLL = 100

/** Whether a job works on a run, or is about to be started again. */
export async function isWorkedOn({ database }: RunFolder): Promise<boolean> {
  return (await isLocked(lockFile(database))) || (await isLocked(supervisorLock(database)))
}

/** What the supervisor of a run holds from its begin to its end, jobs that die in between included. */
export function supervisorLock(database: string): string {
  return `${database}.supervisor`
}

async function workedOn(run: string): Promise<RunFolder> {
  const folder = existingRun(run)
  if (await isWorkedOn(folder)) return folder
  throw new UsageError(`no process works on ${folder.name}`)
}

/** `pare stop`: asks the process that works on a run to save and end, and waits for it. */
export async function stopCommand(run: string): Promise<void> {
  const folder = await workedOn(run)
  leaveRequest(folder.path, 'stop')
  while (await isWorkedOn(folder)) await delay(POLL)
  // One that ended by itself meanwhile has not seen it.
  leaveRequest(folder.path, null)
  process.stdout.write(`${folder.name} is stopped and saved; it goes on with: pare resume ${run}\n`)
}

/** `pare pause`: asks the process that works on a run to begin nothing new. */
export async function pauseCommand(run: string): Promise<void> {
  const folder = await workedOn(run)
  leaveRequest(folder.path, 'pause')
  process.stdout.write(`${folder.name} pauses; it goes on with: pare resume ${run}\n`)
}
