import { write, writeSync } from 'node:fs'
import type { Output } from './terminal.js'

/** A terminal by its file descriptor; `process.stdout` is one. */
export interface Descriptor extends Omit<Output, 'write' | 'isBusy' | 'onceFree' | 'writeLast'> {
  readonly fd: number
}

/**
 * An output that nobody waits for: Node writes to a terminal synchronously, and one that takes nothing, such as that of a
 * stalled connection, would stop the whole process, and the search with it. Here another thread waits, and what is written
 * last of all is written at once.
 */
export function patientOutput(terminal: Descriptor): Output {
  let waiting: Buffer = Buffer.alloc(0)
  let isWriting = false
  let whenFree: (() => void) | null = null
  const next = () => {
    if (isWriting || waiting.length === 0) return
    isWriting = true
    write(terminal.fd, waiting, (error, written) => {
      isWriting = false
      // A terminal that has gone takes nothing any more.
      waiting = error === null ? waiting.subarray(written) : Buffer.alloc(0)
      next()
      if (waiting.length > 0) return
      const free = whenFree
      whenFree = null
      free?.()
    })
  }
  return {
    get columns() {
      return terminal.columns
    },
    get rows() {
      return terminal.rows
    },
    on: terminal.on.bind(terminal),
    off: terminal.off.bind(terminal),
    write(text) {
      waiting = Buffer.concat([waiting, Buffer.from(text)])
      next()
      return waiting.length === 0
    },
    isBusy: () => isWriting,
    onceFree(free) {
      whenFree = free
    },
    writeLast(text) {
      // What waits would come behind it.
      waiting = Buffer.alloc(0)
      try {
        writeSync(terminal.fd, text)
      } catch {
        // A terminal that has gone needs nothing back.
      }
    },
  }
}
