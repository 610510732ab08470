import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { causeOf } from './cause.js'
import { type Ended, type Order, parseReport, type Report } from './messages.js'
import { afterDeath, afterReport, fresh, healthOf, type Standing } from './restart.js'

/** A run that is begun or opened, by name and path. */
export type Ready = Extract<Report, { kind: 'ready' }>

/** How a job is run. */
export interface Supervision {
  /** The module that a job's process runs. */
  readonly file: URL
  /** What the first job is to do. */
  readonly work: unknown
  /** What those after it are to do: go on with the run. */
  readonly again: (run: Ready) => unknown
  readonly stdout: 'inherit' | 'ignore'
  /** Takes what the job writes to stderr. */
  readonly onText: (text: Buffer | string) => void
  /** All was checked and the run's folder is there; comes once. */
  readonly onReady: (ready: Ready) => void
  /** Records that the run is given up, as its only owner, and says so and how it can go on, in a line. */
  readonly onGiveUp: (run: Ready, reason: string) => Promise<string>
}

/** A job that is looked after. */
export interface Supervised {
  readonly ended: Promise<Ended>
  /** Lets the job save and end. */
  stop(): void
  /** Ends the job at once. */
  kill(): void
}

/** How much of stderr is kept to tell what a job died of, in characters. */
const TAIL = 4000

/** How a job ends that the user ends at once. */
const atOnce: Ended = { kind: 'ended', code: 130, line: null }

/** Runs a job in a process of its own, and starts it again when it dies, as `afterDeath` says. */
export function supervise(supervision: Supervision): Supervised {
  const stopped = new AbortController()
  let killed = false
  let child: ChildProcess | null = null
  const send = (order: Order) => {
    // It may have died meanwhile; its end is told by another way.
    if (child?.connected === true) child.send(order, () => {})
  }

  const work = async (): Promise<Ended> => {
    let standing = fresh
    let run: Ready | null = null
    while (true) {
      const todo = run === null ? supervision.work : supervision.again(run)
      child = startJob(supervision)
      send({ kind: 'start', work: todo, health: healthOf(standing) })
      if (stopped.signal.aborted) send({ kind: 'stop' })
      const end = await watch(child, supervision.onText, standing, ready => {
        if (run === null) supervision.onReady(ready)
      })
      child = null
      if (end.kind === 'ended') return end
      if (killed) return atOnce
      run = end.ready ?? run
      if (run === null)
        return { kind: 'ended', code: 1, line: `the process died of ${end.reason} before the run began` }
      const next = afterDeath(end.standing, end.reason, Date.now())
      if (next.kind === 'give-up') {
        return { kind: 'ended', code: 1, line: await supervision.onGiveUp(run, next.reason) }
      }
      standing = next.standing
      // Whoever stops a run between two jobs still finds it recorded as stopped, by the next one.
      await delay(next.waitMs, undefined, { signal: stopped.signal }).catch(() => undefined)
      if (killed) return atOnce
    }
  }
  return {
    ended: work(),
    stop() {
      stopped.abort()
      send({ kind: 'stop' })
    },
    kill() {
      killed = true
      stopped.abort()
      child?.kill('SIGKILL')
    },
  }
}

function startJob({ file, stdout }: Supervision): ChildProcess {
  return fork(fileURLToPath(file), [], { stdio: ['ignore', stdout, 'pipe', 'ipc'] })
}

/** A job that ended without saying so. */
interface Died {
  readonly kind: 'died'
  readonly reason: string
  readonly standing: Standing
  /** Null where it had not come so far. */
  readonly ready: Ready | null
}

/** Follows a job to its end. */
function watch(
  child: ChildProcess,
  onText: Supervision['onText'],
  before: Standing,
  onReady: Supervision['onReady'],
): Promise<Ended | Died> {
  let standing = before
  let ready: Ready | null = null
  let ended: Ended | null = null
  let tail = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = `${tail}${chunk.toString()}`.slice(-TAIL)
    onText(chunk)
  })
  child.on('message', message => {
    const report = parseReport(message)
    standing = afterReport(standing, report)
    if (report.kind === 'ended') ended = report
    if (report.kind === 'ready') {
      ready = report
      onReady(report)
    }
    // A thread that hangs inside native code can be ended only with its process.
    if (report.kind === 'hung') child.kill('SIGKILL')
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve(ended ?? { kind: 'died', reason: causeOf(code, signal, tail), standing, ready }),
    )
  })
}
