import type { Candidate, Evaluator, ProbeSamples, RungCandidate } from '../evaluate/evaluator.js'
import { policyHash } from '../search/policy.js'
import { createGate } from './gate.js'
import type { Health, Report } from './messages.js'

/** What a guard is made with. */
export interface GuardOptions {
  /** Tasks at a time. */
  readonly slots: number
  readonly health: Pick<Health, 'suspects' | 'verdicts'>
  readonly report: (report: Extract<Report, { kind: 'begun' | 'done' | 'hung' }>) => void
  /** How long a trial and a finalist may take, ms; null for as long as they like. */
  readonly timeouts: { readonly trial: number | null; readonly finalist: number | null }
}

/** Stands before evaluators: tells the supervisor what is under way, and lets in what it said. */
export interface Guard {
  before(evaluator: Evaluator): Evaluator
  /** Holds back what has not begun. */
  pause(): void
  goOn(): void
}

/** A task: its key in every process, and its name for people. */
interface Task {
  readonly task: string
  readonly what: string
}

/** Beyond its time, how long a trial may take to notice, at least, ms: as long as a batch or a step may last. */
const LEAST_GRACE = 10_000

/** A trial is left so much time to notice that its own is over. */
export function graceOf(timeout: number): number {
  return Math.max(LEAST_GRACE, timeout)
}

/**
 * A policy that a verdict is about fails with it, without being tried. Results are those of the evaluator: they do not
 * depend on what is evaluated beside.
 */
export function createGuard({ slots, health, report, timeouts }: GuardOptions): Guard {
  const gate = createGate(slots, health.suspects)
  const verdicts = new Map(health.verdicts.map(({ task, reason }) => [task, reason]))
  const call = async <T>({ task, what }: Task, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    const verdict = verdicts.get(task)
    if (verdict !== undefined) throw new Error(verdict)
    const leave = await gate.enter(task, signal)
    report({ kind: 'begun', task, what })
    try {
      return await work()
    } finally {
      report({ kind: 'done', task })
      leave()
    }
  }
  const watched = async <T>(
    task: Task,
    timeout: number | null,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> =>
    call(task, signal, async () => {
      if (timeout === null) return work()
      const reason = `did not answer within ${(timeout + graceOf(timeout)) / 1000} s (its time is ${timeout / 1000} s)`
      const hung = () => report({ kind: 'hung', task: task.task, reason })
      const timer = setTimeout(hung, timeout + graceOf(timeout))
      return work().finally(() => clearTimeout(timer))
    })
  return {
    before: evaluator => ({
      evaluate: (candidate, signal) =>
        watched(evaluation(candidate), timeouts.trial, signal, () => evaluator.evaluate(candidate, signal)),
      fineTune: (candidate, onProgress, signal) =>
        watched(fineTuning(candidate), timeouts.finalist, signal, () =>
          evaluator.fineTune(candidate, onProgress, signal),
        ),
      probe: (probe, samples, signal) =>
        watched(probing(probe, samples), timeouts.trial, signal, () =>
          evaluator.probe(probe, samples, signal),
        ),
      close: () => evaluator.close(),
    }),
    pause: gate.pause,
    goOn: gate.goOn,
  }
}

function evaluation({ trial, steps, ...policy }: RungCandidate): Task {
  const how = steps === 0 ? '' : ` with ${steps} steps of fine-tuning`
  return { task: `${steps} steps ${policyHash(policy)}`, what: `trial ${trial}${how}` }
}

function fineTuning({ trial, ...policy }: Candidate): Task {
  return { task: `finalist ${policyHash(policy)}`, what: `finalist #${trial}` }
}

function probing(probe: unknown, { split, n }: ProbeSamples): Task {
  const task = `${split} ${n} ${JSON.stringify(probe)}`
  return { task, what: `a setting of the sensitivity` }
}
