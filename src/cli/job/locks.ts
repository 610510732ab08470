import { isLocked, lockFile } from '../../store/lock.js'
import { comparisonStem, isComparisonAt, runFolder } from '../runs/run-folder.js'

/** What tells that a process works on a run or a comparison. */
export interface JobLocks {
  /** Held by the process that does. */
  readonly work: string
  /** Held by its supervisor from begin to end, jobs that die in between included. */
  readonly supervisor: string
}

/** The locks of a run or a comparison. @param path its folder */
export function locksOf(path: string): JobLocks {
  const stem = isComparisonAt(path) ? comparisonStem(path) : runFolder(path).database
  return { work: lockFile(stem), supervisor: `${stem}.supervisor` }
}

/** Whether a job works on what is in a folder, or is about to be started again. */
export async function isWorkedOn({ path }: { readonly path: string }): Promise<boolean> {
  const { work, supervisor } = locksOf(path)
  return (await isLocked(work)) || (await isLocked(supervisor))
}
