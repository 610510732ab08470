import { setTimeout as delay } from 'node:timers/promises'
import { leaveRequest, requestIn } from '../../supervise/control.js'
import { UsageError } from '../options/error.js'
import { existingRun, isComparisonAt, runFolder } from '../runs/run-folder.js'
import { isWorkedOn } from './locks.js'

/** How often is looked whether a job has ended, ms. */
const POLL = 100

/** A run or a comparison, and the command that goes on with it. */
interface Worked {
  readonly name: string
  readonly path: string
  readonly goOn: string
}

function workedFolder(run: string): Worked {
  const { name, path } = runFolder(run)
  if (isComparisonAt(path)) return { name, path, goOn: `pare compare ${run}` }
  return { ...existingRun(run), goOn: `pare resume ${run}` }
}

async function workedOn(run: string): Promise<Worked> {
  const worked = workedFolder(run)
  if (await isWorkedOn(worked)) return worked
  throw new UsageError(`no process works on ${worked.name}`)
}

/** `pare stop`: asks the process that works on a run or a comparison to save and end, and waits for it. */
export async function stopCommand(run: string): Promise<void> {
  const { name, path, goOn } = await workedOn(run)
  leaveRequest(path, 'stop')
  while (await isWorkedOn({ path })) await delay(POLL)
  // One that ended by itself meanwhile has not seen it.
  leaveRequest(path, null)
  process.stdout.write(`${name} is stopped and saved; it goes on with: ${goOn}\n`)
}

/** `pare pause`: asks the process that works on a run or a comparison to begin nothing new. */
export async function pauseCommand(run: string): Promise<void> {
  const { name, path } = await workedOn(run)
  leaveRequest(path, 'pause')
  process.stdout.write(`${name} pauses; it goes on with: pare resume ${run}\n`)
}

/**
 * Lets a job that is paused go on.
 * @param path of the run or the comparison
 * @returns whether there is one; a pause of one that has died is taken back all the same.
 */
export async function unpause({ name, path }: Pick<Worked, 'name' | 'path'>): Promise<boolean> {
  const isPaused = requestIn(path) === 'pause' && (await isWorkedOn({ path }))
  leaveRequest(path, null)
  if (isPaused) process.stderr.write(`${name} goes on\n`)
  return isPaused
}
