import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Ended, healthy, type Order, parseReport } from '../../supervise/messages.js'
import type { Ready } from '../../supervise/supervise.js'
import { onStopSignal } from '../options/stop.js'
import type { Work } from './work.js'

/** A supervisor in a session of its own, which outlives this process and its terminal. */
export interface Detached {
  readonly ready: Ready
  readonly ended: Promise<Ended>
  send(order: Order): void
  /** Leaves it to itself. */
  leave(): void
}

/** Starts a supervisor and waits until its job has begun, or was refused. */
export async function startSupervisor(
  work: Work,
): Promise<Ended | { readonly kind: 'ready'; readonly detached: Detached }> {
  const file = fileURLToPath(new URL('./supervisor.js', import.meta.url))
  const child = fork(file, [], { detached: true, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const send = (order: Order) => {
    if (child.connected) child.send(order, () => {})
  }
  child.stderr?.on('data', (text: Buffer) => process.stderr.write(text))
  const release = onStopSignal(() => send({ kind: 'stop' }))
  const ended = endOf(child)
  send({ kind: 'start', work, health: healthy })
  const ready = new Promise<Ready>(resolve => {
    child.on('message', message => {
      const report = parseReport(message)
      if (report.kind === 'ready') resolve(report)
    })
  })
  const first = await Promise.race([ready, ended])
  release()
  if (first.kind === 'ended') return first
  const leave = () => {
    child.disconnect()
    child.stderr?.destroy()
    child.unref()
  }
  return { kind: 'ready', detached: { ready: first, ended, send, leave } }
}

function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('message', message => {
      const report = parseReport(message)
      if (report.kind === 'ended') resolve(report)
    })
    const line = 'the process that looked after the run ended; the run is saved'
    child.on('exit', () => resolve({ kind: 'ended', code: 1, line }))
  })
}
