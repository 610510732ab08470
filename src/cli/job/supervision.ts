import { type Lock, takeLock } from '../../store/lock.js'
import { openRunStore } from '../../store/sqlite-run-store.js'
import type { Ready, Supervision } from '../../supervise/supervise.js'
import { runFolder } from '../runs/run-folder.js'
import { supervisorLock } from './request.js'
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
      lock = takeLock(supervisorLock(runFolder(path).database)).catch(() => null)
    },
    async onGiveUp({ path }: Ready, message: string) {
      await lock
      const store = await openRunStore(runFolder(path).database, null)
      await store.advance({ events: [{ at: Date.now(), type: 'run-ended', outcome: 'failed', message }] })
      await store.close()
    },
  }
}
