import type { Probe } from '../../compress/probe.js'
import type { SampleScores, SplitScore } from '../evaluation.js'
import type { Evaluator, ProbeSamples } from '../evaluator.js'
import { type Estimate, pairedDifference } from './paired.js'

/** What a change does: fractions in [0,1] and losses. */
export type ProbeOutcome =
  | ({
      readonly kind: 'measured'
      /** How much less the score is than the original's, over the same samples; without an error where it is no mean. */
      readonly drop: Estimate | { readonly mean: number; readonly error: null }
      /** How much larger the loss is. */
      readonly rise: Estimate
    } & SplitScore)
  | { readonly kind: 'failed'; readonly reason: string }

export interface MeasuredProbe {
  readonly probe: Probe
  readonly outcome: ProbeOutcome
}

/** What of the probes was measured. */
export interface Sensitivity {
  readonly original: SplitScore
  /** In the order of the probes. */
  readonly measured: readonly MeasuredProbe[]
  /** False where the signal came before the last of them. */
  readonly isComplete: boolean
}

/**
 * Scores each change alone on the same samples as the original. What is measured does not depend on the evaluator's workers.
 * A change that cannot be evaluated is told as such.
 * @param onMeasured how many are done
 * @throws the signal's reason where it is aborted before the original is scored.
 */
export async function measureSensitivity(
  evaluator: Pick<Evaluator, 'probe'>,
  probes: readonly Probe[],
  samples: ProbeSamples,
  signal: AbortSignal,
  onMeasured: (done: number) => void = () => {},
): Promise<Sensitivity> {
  const original = await evaluator.probe(null, samples, signal)
  let done = 0
  const all = await Promise.all(
    probes.map(async (probe): Promise<MeasuredProbe | null> => {
      try {
        const outcome = compared(original, await evaluator.probe(probe, samples, signal))
        onMeasured(++done)
        return { probe, outcome }
      } catch (error) {
        if (signal.aborted) return null
        onMeasured(++done)
        const reason = error instanceof Error ? error.message : String(error)
        return { probe, outcome: { kind: 'failed', reason } }
      }
    }),
  )
  const measured = all.filter(result => result !== null)
  return { original: original.score, measured, isComplete: measured.length === probes.length }
}

function compared(original: SampleScores, changed: SampleScores): ProbeOutcome {
  const { score } = changed
  if (!Number.isFinite(score.loss))
    return { kind: 'failed', reason: `its loss is not a number (${score.loss})` }
  return {
    kind: 'measured',
    ...score,
    drop:
      changed.hits === null || original.hits === null
        ? { mean: original.score.score - score.score, error: null }
        : pairedDifference(changed.hits, original.hits),
    rise: pairedDifference(original.losses, changed.losses),
  }
}
