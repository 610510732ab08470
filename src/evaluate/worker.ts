import { threadId } from 'node:worker_threads'
import { workerData } from 'piscina'
import { createCandidateEvaluator } from './candidate.js'
import type { EvaluationContext } from './context.js'
import type { Task, TaskResult } from './task.js'

/** The pool that starts this thread hands it its context; see `poolEvaluator`. */
const evaluator = createCandidateEvaluator(workerData as EvaluationContext)

export default async function runTask(task: Task): Promise<TaskResult> {
  switch (task.kind) {
    case 'evaluate':
      return {
        kind: 'evaluate',
        evaluated: { ...(await evaluator.evaluate(task.candidate)), worker: threadId },
      }
    case 'fine-tune': {
      const fineTuned = await evaluator.fineTune(task.candidate, progress =>
        task.progress.postMessage(progress),
      )
      task.progress.close()
      return { kind: 'fine-tune', fineTuned }
    }
  }
}
