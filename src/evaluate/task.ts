import type { MessagePort } from 'node:worker_threads'
import type { Candidate, Evaluated, FineTuned, FineTuneProgress } from './evaluator.js'

/** What crosses to a worker thread. */
export type Task =
  | { readonly kind: 'evaluate'; readonly candidate: Candidate }
  | { readonly kind: 'fine-tune'; readonly candidate: Candidate; readonly progress: MessagePort }

/** What comes back. */
export type TaskResult =
  | { readonly kind: 'evaluate'; readonly evaluated: Evaluated }
  | { readonly kind: 'fine-tune'; readonly fineTuned: FineTuned }

/** What crosses on a fine-tuning task's own port. */
export type ProgressMessage = FineTuneProgress
