import { dominates, type Objectives } from '../dominance.js'
import type { Evaluation } from '../evaluate/evaluation.js'
import type { BudgetKind } from '../graph/cost-kinds.js'
import type { Climb, Finalist, Trial } from './trial.js'
import { valScore } from './val-score.js'

/** A trial with all that is known of it. */
export interface KnownTrial {
  readonly trial: number
  /** As the search scored it. */
  readonly told: Evaluation
  /** Its newest evaluation: of the finals, else of the highest rung it was on, else as the search scored it. */
  readonly newest: Evaluation
  /** Where the newest is from. */
  readonly stage: 'trial' | 'rung' | 'final'
}

/**
 * The trials of distinct policies that were evaluated, by number, each with its newest evaluation. One that failed on a
 * rung is known by its last evaluation before.
 */
export function knownTrials(
  trials: readonly Trial[],
  climbs: readonly Climb[],
  finalists: readonly Finalist[],
): readonly KnownTrial[] {
  const finals = new Map(finalists.map(finalist => [finalist.trial, finalist.after]))
  const climbed = new Map<number, Evaluation>()
  for (const { trial, state } of [...climbs].sort((a, b) => a.rung - b.rung))
    if (state.kind === 'finished') climbed.set(trial, state.evaluation)
  return trials.flatMap(({ number: trial, state }): KnownTrial[] => {
    if (state.kind !== 'finished' || state.cachedFrom !== null) return []
    const told = state.evaluation
    const [final, rung] = [finals.get(trial), climbed.get(trial)]
    if (final !== undefined) return [{ trial, told, newest: final, stage: 'final' }]
    if (rung !== undefined) return [{ trial, told, newest: rung, stage: 'rung' }]
    return [{ trial, told, newest: told, stage: 'trial' }]
  })
}

/**
 * Those of some candidates that no other dominates by validation score and by costs, the best score first; of equals the
 * first alone. What has no such score or cost is not among them.
 */
export function paretoFront<T extends { readonly newest: Evaluation }>(
  candidates: readonly T[],
  costs: readonly BudgetKind[],
): readonly T[] {
  const aimed = candidates
    .map(candidate => ({ candidate, aims: aimsOf(candidate.newest, costs) }))
    .filter(({ aims }) => !aims.some(Number.isNaN))
    .sort((a, b) => lexicographic(b.aims, a.aims))
  const front: typeof aimed = []
  // Whatever dominates one stands before it, and what is dominated itself is so by one of the front.
  for (const one of aimed)
    if (!front.some(({ aims }) => dominates(aims, one.aims) || lexicographic(aims, one.aims) === 0))
      front.push(one)
  return front.map(({ candidate }) => candidate)
}

/** Score, and costs less than nothing, so that more is better. */
function aimsOf(evaluation: Evaluation, costs: readonly BudgetKind[]): Objectives {
  return [valScore(evaluation), ...costs.map(kind => -(evaluation.cost[kind] ?? Number.NaN))]
}

function lexicographic(a: Objectives, b: Objectives): number {
  const first = a.findIndex((value, i) => value !== b[i])
  return first < 0 ? 0 : a[first]! - b[first]!
}
