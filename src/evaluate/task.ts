import type { MessagePort } from 'node:worker_threads'
import * as z from 'zod'
import type { Probe } from '../compress/probe.js'
import type { EvaluationContext } from './context.js'
import type { SampleScores } from './evaluation.js'
import type { Begun, Candidate, Evaluated, FineTuned, ProbeSamples, RungCandidate } from './evaluator.js'
import type { RunLimits } from './limits.js'

/** What each worker thread is given at its start. */
export interface WorkerStart {
  readonly context: EvaluationContext
  /** One shared number; once it is 1, running tasks give up at their next batch or step. */
  readonly stop: Int32Array
  readonly limits: RunLimits
}

/** What crosses to a worker thread. */
export type Task =
  | { readonly kind: 'evaluate'; readonly candidate: RungCandidate }
  | { readonly kind: 'fine-tune'; readonly candidate: Candidate; readonly progress: MessagePort }
  | { readonly kind: 'probe'; readonly probe: Probe | null; readonly samples: ProbeSamples }

const begun = z.object({
  worker: z.number(),
  task: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('trial'), trial: z.number(), steps: z.number() }),
    z.object({ kind: z.literal('finalist'), trial: z.number() }),
    z.object({ kind: z.literal('probe') }),
  ]),
})

/** What a worker thread says when it takes up a task. */
export function parseBegun(message: unknown): Begun {
  return begun.parse(message)
}

/** What comes back. A fine-tuning's progress comes on the port of its own. */
export type TaskResult =
  | { readonly kind: 'evaluate'; readonly evaluated: Evaluated }
  | { readonly kind: 'fine-tune'; readonly fineTuned: FineTuned }
  | { readonly kind: 'probe'; readonly scores: SampleScores }
