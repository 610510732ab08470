import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Outcome {
  /** `refused`: in one clear line. `bug`: in any other way. */
  readonly kind: 'loaded' | 'refused' | 'bug'
  readonly reason: string
}

const TIME_LIMIT_MS = 10_000
const MEMORY_LIMIT_BYTES = 2 * 2 ** 30

/** Loads files in a process of its own, which a crash, a hang or too much memory costs and nothing else. */
export class WatchedLoader {
  #child: ChildProcess | undefined

  async load(bytes: Uint8Array): Promise<Outcome> {
    this.#child ??= fork(fileURLToPath(new URL('child.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx', '--max-old-space-size=1536'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const outcome = await answer(this.#child, bytes)
    if (outcome.kind === 'bug') this.close()
    return outcome
  }

  close(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }
}

function answer(child: ChildProcess, bytes: Uint8Array): Promise<Outcome> {
  return new Promise(resolve => {
    const settle = (outcome: Outcome) => {
      clearTimeout(timer)
      child.removeAllListeners()
      resolve(outcome)
    }
    const bug = (reason: string) => settle({ kind: 'bug', reason })
    const timer = setTimeout(() => bug(`no answer within ${TIME_LIMIT_MS} ms`), TIME_LIMIT_MS)
    child.once('exit', (code, signal) => bug(`the process died (${signal ?? code})`))
    child.once('error', error => bug(String(error)))
    child.once('message', (found: Outcome & { readonly peakBytes: number }) => {
      if (found.peakBytes > MEMORY_LIMIT_BYTES) bug(`${found.peakBytes} bytes of memory`)
      else settle({ kind: found.kind, reason: found.reason })
    })
    child.send(bytes)
  })
}
