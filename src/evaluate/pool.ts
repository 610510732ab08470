import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { EvaluationContext } from './context.js'
import type { Begun, Evaluator, FineTuneProgress } from './evaluator.js'
import { type RunLimits, unlimited } from './limits.js'
import { parseBegun, type Task, type TaskResult, type WorkerStart } from './task.js'

/** Longest time an orderly close waits for running tasks, ms. */
const CLOSE_TIMEOUT = 30_000

/**
 * Evaluates candidates in worker threads, each with the whole context from its start.
 *
 * A running task is never aborted by ending its thread: a thread that is torn down inside ONNX Runtime takes the whole
 * process with it. Tasks look at a shared number between batches instead, and give up by themselves.
 * @param workerFile the compiled `worker.js`
 * @param onBegun called when a worker takes up a task
 */
export function poolEvaluator(
  context: EvaluationContext,
  workers: number,
  workerFile: URL,
  limits: RunLimits = { trial: unlimited, finalist: unlimited },
  onBegun: (begun: Begun) => void = () => {},
): Evaluator {
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const start: WorkerStart = { context, stop, limits }
  const pool = new Piscina<Task, TaskResult>({
    filename: workerFile.href,
    workerData: start,
    minThreads: workers,
    maxThreads: workers,
    closeTimeout: CLOSE_TIMEOUT,
  })
  // A worker that dies fails its own task with the reason; one that dies idle is replaced. Neither may end the process.
  pool.on('error', () => {})
  pool.on('message', (message: unknown) => onBegun(parseBegun(message)))
  const giveUp = () => Atomics.store(stop, 0, 1)
  const run = (task: Task, signal: AbortSignal, transferList: Parameters<typeof pool.run>[1] = {}) => {
    signal.throwIfAborted()
    // One listener a task: a signal keeps the same function only once, and the first task to end would take it away.
    const listener = () => giveUp()
    signal.addEventListener('abort', listener, { once: true })
    return pool.run(task, transferList).finally(() => signal.removeEventListener('abort', listener))
  }
  return {
    async evaluate(candidate, signal) {
      const result = await run({ kind: 'evaluate', candidate }, signal)
      if (result.kind !== 'evaluate') throw new Error(`expected an evaluation, found ${result.kind}`)
      return result.evaluated
    },
    async fineTune(candidate, onProgress, signal) {
      const { port1, port2 } = new MessageChannel()
      port1.on('message', (progress: FineTuneProgress) => onProgress(progress))
      try {
        const result = await run({ kind: 'fine-tune', candidate, progress: port2 }, signal, {
          transferList: [port2],
        })
        if (result.kind !== 'fine-tune') throw new Error(`expected a fine-tuned model, found ${result.kind}`)
        return result.fineTuned
      } finally {
        port1.close()
      }
    },
    async probe(probe, samples, signal) {
      const result = await run({ kind: 'probe', probe, samples }, signal)
      if (result.kind !== 'probe') throw new Error(`expected scores of samples, found ${result.kind}`)
      return result.scores
    },
    async close() {
      giveUp()
      await pool.close({ force: true })
    },
  }
}
