import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { EvaluationContext } from './context.js'
import type { Evaluator } from './evaluator.js'
import type { ProgressMessage, Task, TaskResult } from './task.js'

/** Longest time an orderly close waits for running tasks, ms. */
const CLOSE_TIMEOUT = 5000

/**
 * Evaluates candidates in worker threads. Each holds the whole context from its start; an aborted task takes its worker
 * with it, and the pool starts another.
 * @param workerFile the compiled `worker.js`
 */
export function poolEvaluator(context: EvaluationContext, workers: number, workerFile: URL): Evaluator {
  const pool = new Piscina<Task, TaskResult>({
    filename: workerFile.href,
    workerData: context,
    minThreads: workers,
    maxThreads: workers,
    // The orderly wait of a worker for its next task must not hold a core.
    atomics: 'async',
    closeTimeout: CLOSE_TIMEOUT,
  })
  // A worker that dies fails its own task with the reason; one that dies idle is replaced. Neither may end the process.
  pool.on('error', () => {})
  return {
    async evaluate(candidate, signal) {
      const result = await pool.run({ kind: 'evaluate', candidate }, { signal })
      if (result.kind !== 'evaluate') throw new Error(`expected an evaluation, found ${result.kind}`)
      return result.evaluated
    },
    async fineTune(candidate, onProgress, signal) {
      const { port1, port2 } = new MessageChannel()
      port1.on('message', (progress: ProgressMessage) => onProgress(progress))
      try {
        const task: Task = { kind: 'fine-tune', candidate, progress: port2 }
        const result = await pool.run(task, { signal, transferList: [port2] })
        if (result.kind !== 'fine-tune') throw new Error(`expected a fine-tuned model, found ${result.kind}`)
        return result.fineTuned
      } finally {
        port1.close()
      }
    },
    close: () => pool.destroy(),
  }
}
