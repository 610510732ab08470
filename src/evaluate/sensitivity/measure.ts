import type { Probe } from '../../compress/probe.js'
import type { SampleScores, SplitScore } from '../evaluation.js'
import type { Evaluator, ProbeSamples } from '../evaluator.js'
import { splitScore } from '../score.js'
import { type Estimate, pairedDifference } from './paired.js'

/** What a change does: fractions in [0,1] and nats. */
export type ProbeOutcome =
  | ({
      readonly kind: 'measured'
      /** How much less accurate than the original, over the same samples. */
      readonly drop: Estimate
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
  return { original: splitScore(original), measured, isComplete: measured.length === probes.length }
}

function compared(original: SampleScores, changed: SampleScores): ProbeOutcome {
  const score = splitScore(changed)
  if (!Number.isFinite(score.loss))
    return { kind: 'failed', reason: `its loss is not a number (${score.loss})` }
  return {
    kind: 'measured',
    ...score,
    drop: pairedDifference(changed.right, original.right),
    rise: pairedDifference(original.losses, changed.losses),
  }
}
