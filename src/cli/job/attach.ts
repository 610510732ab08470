import { openRunReader } from '../../store/run-reader.js'
import { leaveRequest } from '../../supervise/control.js'
import { followEvents } from '../runs/follow.js'
import type { RunFolder } from '../runs/run-folder.js'
import { openScreen } from '../runs/screen.js'
import { summaryOf } from '../runs/summary-of.js'
import { announceEnd } from './announce.js'
import type { Detached } from './start-supervisor.js'

/**
 * The dashboard before a job that was just started: shows it until its end, then prints the result. `q` and Ctrl-C stop
 * the job, a second Ctrl-C at once; `d`, or a terminal that goes away, leaves it to itself.
 */
export async function attach(job: Detached, folder: RunFolder): Promise<void> {
  const left = new AbortController()
  const leave = () => left.abort()
  let isStopping = false
  const stop = () => {
    job.send({ kind: isStopping ? 'kill' : 'stop' })
    isStopping = true
  }
  const screen = openScreen({
    plain: false,
    role: 'worker',
    onQuit: stop,
    onDetach: leave,
    onPause: asked => leaveRequest(folder.path, asked ? 'pause' : null),
  })
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.on('SIGHUP', leave)
  let isOver = false
  const ended = job.ended.then(end => {
    isOver = true
    return end
  })
  try {
    await followEvents(folder, screen.push, () => isOver, left.signal)
  } finally {
    await screen.close()
  }
  if (left.signal.aborted) {
    job.leave()
    process.stderr.write(`${folder.name} goes on: pare watch ${folder.name}\n`)
    return
  }
  await printSummary(folder)
  announceEnd(await ended)
}

async function printSummary({ database }: RunFolder): Promise<void> {
  const reader = await openRunReader(database)
  const table = summaryOf(await reader.milestones())
  await reader.close()
  if (table !== null) process.stdout.write(`${table}\n`)
}
