import type { Evaluator } from './evaluator.js'

/** One evaluator and how many calls it is at. */
interface Shift {
  readonly evaluator: Evaluator
  running: number
  relieved: boolean
}

/**
 * An evaluator that is replaced by a fresh one whenever it has grown fat: new calls go to the new one, and the old one is
 * closed when the last of its own is done. Results do not depend on which one evaluates.
 * @param isFat asked before each call; after a replacement it is asked about the new one
 */
export function recycledEvaluator(create: () => Evaluator, isFat: () => boolean): Evaluator {
  let now: Shift = { evaluator: create(), running: 0, relieved: false }
  const closing: Promise<void>[] = []
  const closeIfIdle = (shift: Shift) => {
    if (shift.relieved && shift.running === 0) closing.push(shift.evaluator.close())
  }
  const call = async <T>(work: (evaluator: Evaluator) => Promise<T>): Promise<T> => {
    if (isFat()) {
      const old = now
      now = { evaluator: create(), running: 0, relieved: false }
      old.relieved = true
      closeIfIdle(old)
    }
    const shift = now
    shift.running++
    try {
      return await work(shift.evaluator)
    } finally {
      shift.running--
      closeIfIdle(shift)
    }
  }
  return {
    evaluate: (candidate, signal) => call(evaluator => evaluator.evaluate(candidate, signal)),
    fineTune: (candidate, onProgress, signal) =>
      call(evaluator => evaluator.fineTune(candidate, onProgress, signal)),
    async close() {
      await Promise.all([now.evaluator.close(), ...closing])
    },
  }
}

/** Growth that is no leak: a share of what there was, and bytes beside. */
const SHARE = 0.5
const SLACK = 512 * 2 ** 20

/**
 * Tells when memory has grown well past where it settled: after as many looks as `settle` says, what is in use then is the
 * measure until the next replacement.
 * @param inUse bytes
 */
export function memoryWatch(inUse: () => number, settle: number): () => boolean {
  let looks = 0
  let settled = Number.POSITIVE_INFINITY
  return () => {
    looks++
    if (looks === settle) settled = inUse()
    const isFat = looks > settle && inUse() > settled * (1 + SHARE) + SLACK
    if (isFat) {
      looks = 0
      settled = Number.POSITIVE_INFINITY
    }
    return isFat
  }
}
