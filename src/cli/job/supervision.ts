import { type Lock, takeLock } from '../../store/lock.js'
import { openRunStore } from '../../store/sqlite-run-store.js'
import type { Ready, Supervision } from '../../supervise/supervise.js'
import { isComparisonAt, runFolder } from '../runs/run-folder.js'
import { locksOf } from './locks.js'
import { type Work, workAgain } from './work.js'

/** How the jobs of a work are run, whoever looks after them. */
export function supervision(
  work: Work,
): Pick<Supervision, 'file' | 'work' | 'again' | 'onReady' | 'onGiveUp'> {
  let lock: Promise<Lock | null> = Promise.resolve(null)
  return {
    file: new URL('./main.js', import.meta.url),
    work,
    again: ({ path }) => workAgain(work, path),
    onReady({ path }) {
      // Tells others that the run is looked after, also while a new job starts. It goes with this process.
      lock = takeLock(locksOf(path).supervisor).catch(() => null)
    },
    async onGiveUp({ run, path }: Ready, reason: string) {
      await lock
      // Its runs tell by themselves how far they are.
      if (isComparisonAt(path)) return `${reason}; all runs are saved: pare compare ${run}`
      const message = `${reason}; the run is saved: pare resume ${run}`
      const store = await openRunStore(runFolder(path).database, null)
      await store.advance({ events: [{ at: Date.now(), type: 'run-ended', outcome: 'failed', message }] })
      await store.close()
      return message
    },
  }
}
