import type { Evaluator } from './evaluator.js'

/** One evaluator and how many calls it is at. */
interface Shift {
  readonly evaluator: Evaluator
  running: number
}

/**
 * An evaluator that is replaced by a fresh one whenever it has grown fat: new calls go to the new one, and the old one is
 * closed when the last of its own is done. Results do not depend on which one evaluates.
 * @param slots calls that are let in at a time; the others wait, so that growth is seen between any two
 * @param isFat asked before each call is let in; after a replacement it is asked about the new one
 */
export function recycledEvaluator(create: () => Evaluator, slots: number, isFat: () => boolean): Evaluator {
  let now: Shift | null = null
  let isClosed = false
  const open = new Set<Shift>()
  const waiting: (() => void)[] = []
  let free = slots

  const current = (): Shift => {
    if (isClosed) throw new Error('the evaluator is closed')
    const old = now
    if (old !== null && !isFat()) return old
    now = { evaluator: create(), running: 0 }
    open.add(now)
    if (old !== null) void closeIfIdle(old)
    return now
  }
  const closeIfIdle = async (shift: Shift) => {
    if (shift === now || shift.running > 0 || !open.delete(shift)) return
    // Its work is done and told; a fault at its end must not fail the run.
    await shift.evaluator.close().catch(() => {})
  }
  const call = async <T>(signal: AbortSignal, work: (evaluator: Evaluator) => Promise<T>): Promise<T> => {
    if (free > 0) free--
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      signal.throwIfAborted()
      const shift = current()
      shift.running++
      try {
        return await work(shift.evaluator)
      } finally {
        shift.running--
        void closeIfIdle(shift)
      }
    } finally {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    }
  }
  return {
    evaluate: (candidate, signal) => call(signal, evaluator => evaluator.evaluate(candidate, signal)),
    fineTune: (candidate, onProgress, signal) =>
      call(signal, evaluator => evaluator.fineTune(candidate, onProgress, signal)),
    probe: (probe, samples, signal) => call(signal, evaluator => evaluator.probe(probe, samples, signal)),
    async close() {
      isClosed = true
      const left = [...open]
      open.clear()
      await Promise.all(left.map(({ evaluator }) => evaluator.close()))
    },
  }
}

/** Tells that so many calls have been let in since it last did; never, without a number. */
export function everyFew(calls: number | undefined): () => boolean {
  let looks = 0
  return () => {
    looks++
    if (calls === undefined || looks < calls) return false
    looks = 0
    return true
  }
}

/** Growth that counts, as a share of what was in use when memory had settled: what "flat" allows. */
const SHARE = 0.1

/** When a watch looks, and what it lets pass. */
export interface WatchOptions {
  /** Looks until memory has settled. */
  readonly settle: number
  /** Looks whose least counts, at most `settle`: garbage comes and goes, what is held stays. */
  readonly window: number
  /** Bytes beside the share that are no growth. */
  readonly slack: number
}

/**
 * Tells when memory has grown past where it settled. What counts is the least that was in use at the newest looks: that
 * of the last ones until `settle` is the measure until the next replacement, after which all starts anew.
 * @param inUse bytes
 */
export function memoryWatch(inUse: () => number, { settle, window, slack }: WatchOptions): () => boolean {
  let looks = 0
  let settled = Number.POSITIVE_INFINITY
  let newest: number[] = []
  return () => {
    looks++
    newest = [...newest, inUse()].slice(-window)
    const held = Math.min(...newest)
    if (looks === settle) settled = held
    const isFat = looks >= settle + window && held > settled * (1 + SHARE) + slack
    if (isFat) {
      looks = 0
      settled = Number.POSITIVE_INFINITY
      newest = []
    }
    return isFat
  }
}
