import { createCandidateEvaluator } from './candidate.js'
import type { EvaluationContext } from './context.js'
import type { Evaluator } from './evaluator.js'

/** Evaluates candidates one after another in the calling thread. */
export function inProcessEvaluator(context: EvaluationContext): Evaluator {
  const evaluator = createCandidateEvaluator(context)
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work)
    last = result.catch(() => undefined)
    return result
  }
  return {
    evaluate: (candidate, signal) =>
      inTurn(async () => {
        signal.throwIfAborted()
        return { ...(await evaluator.evaluate(candidate, signal)), worker: 0 }
      }),
    fineTune: (candidate, onProgress, signal) =>
      inTurn(() => evaluator.fineTune(candidate, onProgress, signal)),
    probe: (probe, samples, signal) => inTurn(() => evaluator.probe(probe, samples, signal)),
    close: async () => {},
  }
}
