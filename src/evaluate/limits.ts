import type { Cancellation } from './evaluator.js'

/** What a trial may take; null for as much as it likes. */
export interface TrialLimits {
  /** Wall time from when a worker begins with it, ms. */
  readonly timeout: number | null
  /** Growth of the memory of JavaScript and WebAssembly in its thread, bytes. */
  readonly memory: number | null
}

export const unlimited: TrialLimits = { timeout: null, memory: null }

/** What the candidates of a run may take: trials, probes among them, and finalists, which are trained in full. */
export interface RunLimits {
  readonly trial: TrialLimits
  readonly finalist: TrialLimits
}

const MIB = 2 ** 20

/**
 * A cancellation that also gives up once the trial, which begins now, is past a limit. What belongs to a thread alone is
 * counted, so that a trial does not pay for its neighbours.
 */
export function withinLimits({ timeout, memory }: TrialLimits, outer: Cancellation): Cancellation {
  const began = performance.now()
  const before = memory === null ? 0 : memoryOfThread()
  return {
    throwIfAborted() {
      outer.throwIfAborted()
      if (timeout !== null && performance.now() - began > timeout)
        throw new Error(`took longer than ${timeout / 1000} s`)
      if (memory === null) return
      const grown = memoryOfThread() - before
      if (grown > memory)
        throw new Error(`took ${Math.ceil(grown / MIB)} MiB of memory, more than ${memory / MIB}`)
    },
  }
}

/** Bytes; the memory of a thread's WebAssembly and of its arrays is external to its heap. */
function memoryOfThread(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
