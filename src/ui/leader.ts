import type { Policy } from '../compress/policy.js'
import type { Evaluation, Latency } from '../evaluate/evaluation.js'
import type { RunView } from './view.js'

/** The model that leads: what would come out of the run if it ended now. */
export interface Leader {
  readonly kind: 'best so far' | 'best finalist' | 'chosen'
  readonly trial: number
  readonly evaluation: Evaluation
  /** Null where not measured. */
  readonly latencyMs: Latency | null
  /** Null where the viewer came too late to learn it. */
  readonly policy: Policy | null
}

/** The chosen model; before there is one the best fine-tuned finalist on the validation split; before that the best trial of the highest rung. */
export function leader(view: RunView): Leader | null {
  const { chosen, best, rung, finalists } = view
  const policyOf = (trial: number) =>
    finalists.find(finalist => finalist.trial === trial)?.policy ??
    [rung?.best, best].find(known => known?.trial === trial)?.policy ??
    null
  if (chosen !== null) {
    const { trial, report } = chosen
    return { kind: 'chosen', trial, evaluation: report, latencyMs: report.latencyMs, policy: policyOf(trial) }
  }
  const [finalist] = finalists
    .flatMap(({ trial, after }) => (after === null ? [] : [{ trial, after }]))
    .sort((a, b) => (b.after.scores.val?.score ?? 0) - (a.after.scores.val?.score ?? 0) || a.trial - b.trial)
  if (finalist !== undefined) {
    const { trial, after } = finalist
    return { kind: 'best finalist', trial, evaluation: after, latencyMs: null, policy: policyOf(trial) }
  }
  const furthest = rung?.best ?? best
  if (furthest === null) return null
  const { trial, evaluation, policy } = furthest
  return { kind: 'best so far', trial, evaluation, latencyMs: null, policy }
}
