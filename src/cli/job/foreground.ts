import { supervise } from '../../supervise/supervise.js'
import { onStopSignal } from '../options/stop.js'
import { announceEnd } from './announce.js'
import { supervision } from './supervision.js'
import type { Work } from './work.js'

/**
 * Looks after a job that shows itself on this process's stdout and stderr. The signals that stop a command let it save and
 * end, a second one ends it at once; where this process dies, it saves and ends too.
 */
export async function workInForeground(work: Work): Promise<void> {
  const job = supervise({
    ...supervision(work),
    stdout: 'inherit',
    onText: text => process.stderr.write(text),
  })
  let isStopping = false
  const interrupt = () => {
    if (isStopping) job.kill()
    else job.stop()
    isStopping = true
  }
  const release = onStopSignal(interrupt)
  announceEnd(await job.ended)
  release()
}
