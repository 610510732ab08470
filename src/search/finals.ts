import type { Evaluation } from '../evaluate/evaluation.js'
import type { Evaluator, FineTuned } from '../evaluate/evaluator.js'
import type { RunEvent } from './events.js'
import type { Standing } from './ladder.js'
import type { RunStore } from './run-store.js'
import type { Finalist, TrialOutcome } from './trial.js'

/** The finals: the best trials are fine-tuned in full, and validation chooses among them. */
export interface Finals {
  readonly evaluator: Evaluator
  readonly store: RunStore
  /** How many trials are fine-tuned. */
  readonly finalists: number
  /** How many finalists there are before these, of larger points. */
  readonly before: number
  /** What a fine-tuned finalist is worth, the more the better; ties go to the earlier trial. */
  readonly worthOf: (evaluation: Evaluation) => number
  /** Keeps a finalist's model and returns the name of its .onnx file in the run's folder. */
  readonly saveModel: (trial: number, model: Pick<FineTuned, 'model' | 'packed'>) => string
  readonly emit: (event: RunEvent) => void
  readonly now: () => number
  readonly signal: AbortSignal
}

/**
 * Fine-tunes the best trials side by side, each kept as soon as it is done, and returns them best first. Those that an
 * earlier process finished are not done again.
 * @param standing the finished trials, best first
 * @throws Error where no finalist could be fine-tuned.
 */
export async function playFinals(f: Finals, standing: readonly Standing[]): Promise<readonly Finalist[]> {
  const chosen = standing.slice(0, f.finalists)
  const numbers = new Set(chosen.map(({ trial }) => trial.number))
  const kept = (await f.store.finalists()).filter(({ trial }) => numbers.has(trial))
  const done = new Map(kept.map(finalist => [finalist.trial, finalist]))
  const reasons: string[] = []
  await Promise.all(
    chosen.map(async ({ trial, evaluation }, i) => {
      if (done.has(trial.number)) return
      const result = await fineTune(f, trial, evaluation, f.before + i + 1)
      if (result.kind === 'finalist') {
        done.set(trial.number, result.finalist)
        return
      }
      f.signal.throwIfAborted()
      const { reason } = result
      reasons.push(`trial ${trial.number}: ${reason}`)
      await tell(f, { at: f.now(), type: 'finalist-failed', trial: trial.number, reason })
    }),
  )
  if (done.size === 0) throw new Error(`no finalist could be fine-tuned: ${reasons.join('; ')}`)
  const worthOf = ({ after }: Finalist) => f.worthOf(after)
  return [...done.values()].sort((a, b) => worthOf(b) - worthOf(a) || a.trial - b.trial)
}

/** Viewers in other processes see a training step at most this often, ms. */
const PROGRESS_INTERVAL = 2000

/** What became of a finalist. A result that cannot be kept, as on a full disk, is no verdict on it, and thrown. */
async function fineTune(
  f: Finals,
  { number, policy }: TrialOutcome,
  standing: Evaluation,
  rank: number,
): Promise<
  | { readonly kind: 'finalist'; readonly finalist: Finalist }
  | { readonly kind: 'failed'; readonly reason: string }
> {
  let written = Promise.resolve()
  let shown = Number.NEGATIVE_INFINITY
  const write = (event: RunEvent) => {
    written = written.then(() => tell(f, event))
    // A write that fails is thrown where the finalist is told, not in between.
    written.catch(() => {})
  }
  const outcome = await f.evaluator
    .fineTune(
      { ...policy, trial: number },
      progress => {
        const at = f.now()
        if (shown === Number.NEGATIVE_INFINITY)
          write({ at, type: 'finalist-begun', trial: number, rank, policy, before: standing })
        if (at - shown < PROGRESS_INTERVAL && progress.step < progress.steps) return
        shown = at
        write({ at, type: 'finalist-progress', trial: number, ...progress })
      },
      f.signal,
    )
    .then(
      tuned => ({ kind: 'tuned', tuned }) as const,
      (error: unknown) =>
        ({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) }) as const,
    )
  await written
  if (outcome.kind === 'failed') return outcome
  const { before, after, ...files } = outcome.tuned
  const finalist = { trial: number, before, after, file: f.saveModel(number, files) }
  await tell(f, { at: f.now(), type: 'finalist-told', trial: number, before, after }, finalist)
  return { kind: 'finalist', finalist }
}

async function tell(f: Finals, event: RunEvent, finalist?: Finalist): Promise<void> {
  await f.store.advance({ events: [event], ...(finalist === undefined ? {} : { finalist }) })
  f.emit(event)
}
