import { parentPort, threadId } from 'node:worker_threads'
import { workerData } from 'piscina'
import { createCandidateEvaluator } from './candidate.js'
import type { Begun, Cancellation } from './evaluator.js'
import { withinLimits } from './limits.js'
import type { Task, TaskResult, WorkerStart } from './task.js'

/** The pool that starts this thread hands it this; see `poolEvaluator`. */
const { context, stop, limits } = workerData as WorkerStart
const evaluator = createCandidateEvaluator(context)

const cancellation: Cancellation = {
  throwIfAborted() {
    if (Atomics.load(stop, 0) !== 0) throw new Error('interrupted')
  },
}

function begunOf(task: Task): Begun['task'] {
  switch (task.kind) {
    case 'evaluate':
      return { kind: 'trial', trial: task.candidate.trial, steps: task.candidate.steps }
    case 'fine-tune':
      return { kind: 'finalist', trial: task.candidate.trial }
    case 'probe':
      return { kind: 'probe' }
  }
}

export default async function runTask(task: Task): Promise<TaskResult> {
  const begun: Begun = { worker: threadId, task: begunOf(task) }
  parentPort?.postMessage(begun)
  switch (task.kind) {
    case 'evaluate': {
      const evaluated = await evaluator.evaluate(task.candidate, withinLimits(limits.trial, cancellation))
      const { heapUsed, external } = process.memoryUsage()
      const memory = heapUsed + external
      return { kind: 'evaluate', evaluated: { ...evaluated, worker: threadId, memory } }
    }
    case 'probe':
      return {
        kind: 'probe',
        scores: await evaluator.probe(task.probe, task.samples, withinLimits(limits.trial, cancellation)),
      }
    case 'fine-tune':
      try {
        const report = (progress: unknown) => task.progress.postMessage(progress)
        return {
          kind: 'fine-tune',
          fineTuned: await evaluator.fineTune(
            task.candidate,
            report,
            withinLimits(limits.finalist, cancellation),
          ),
        }
      } finally {
        task.progress.close()
      }
  }
}
