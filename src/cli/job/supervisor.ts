import { appendFileSync } from 'node:fs'
import { type Order, parseOrder, type Report } from '../../supervise/messages.js'
import { type Supervised, supervise } from '../../supervise/supervise.js'
import { runFolder } from '../runs/run-folder.js'
import { supervision } from './supervision.js'
import { parseWork } from './work.js'

/**
 * The process that looks after a job without a terminal. Whoever started it is told when the run has begun and how it
 * ended, as long as they listen; what is written to stderr goes to them until the run has begun, then to the run's log.
 */
let job: Supervised | null = null

function tell(report: Report): void {
  // Whoever started this process may have left.
  if (process.connected) process.send?.(report, () => {})
}

async function work(given: unknown): Promise<void> {
  let log: string | null = null
  const write = (text: Buffer | string) =>
    log === null ? process.stderr.write(text) : appendFileSync(log, text)
  const looked = supervision(parseWork(given))
  job = supervise({
    ...looked,
    stdout: 'ignore',
    onText: write,
    onReady(ready) {
      looked.onReady(ready)
      log = runFolder(ready.path).jobLog
      tell(ready)
    },
  })
  const ended = await job.ended
  // Before, whoever started it says so.
  if (log !== null && ended.line !== null) write(`pare: ${ended.line}\n`)
  tell(ended)
  if (process.connected) process.disconnect()
}

function obey(order: Order): void {
  switch (order.kind) {
    case 'start':
      void work(order.work)
      return
    case 'stop':
      job?.stop()
      return
    case 'kill':
      job?.kill()
  }
}

process.on('message', message => obey(parseOrder(message)))
process.on('SIGTERM', () => job?.stop())
process.on('SIGHUP', () => {})
