import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DamagedModel } from './cases.js'

export interface Outcome {
  /** `refused`: in one clear line. `bug`: in any other way. */
  readonly kind: 'loaded' | 'refused' | 'bug'
  readonly reason: string
}

const TIME_LIMIT_MS = 10_000
const MEMORY_LIMIT_BYTES = 2 * 2 ** 30

/** Writes the files of a model into a folder, which must be there. */
export function writeFiles(folder: string, { files }: DamagedModel): void {
  for (const [path, bytes] of files) writeFileSync(join(folder, path), bytes)
}

/** Loads models in a process of its own, which a crash, a hang or too much memory costs and nothing else. */
export class WatchedLoader {
  readonly #root = mkdtempSync(join(tmpdir(), 'fuzz-'))
  #child: ChildProcess | undefined

  async load(model: DamagedModel): Promise<Outcome> {
    // What a path may escape to must not be there for its own reasons.
    const folder = join(this.#root, 'model')
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    writeFiles(folder, model)
    this.#child ??= fork(fileURLToPath(new URL('child.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx', '--max-old-space-size=1536'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const outcome = await answer(this.#child, join(folder, model.main))
    if (outcome.kind === 'bug') this.#end()
    return outcome
  }

  close(): void {
    this.#end()
    rmSync(this.#root, { recursive: true, force: true })
  }

  #end(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }
}

function answer(child: ChildProcess, file: string): Promise<Outcome> {
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
    child.send(file)
  })
}
