import type { Split } from '../../data/dataset.js'
import type { Goal } from '../../data/goals.js'
import { largestClasses } from '../metrics/top-k.js'
import type { PlannedGoal } from './plan.js'

/** Whether a plan needs what the original puts out. */
export function needsOriginal(plan: readonly PlannedGoal[]): boolean {
  return plan.some(({ metric, truth }) => metric === 'fidelity' || truth === null)
}

/**
 * A split with its goals.
 * @param originals what the original puts out for it, in the order of the plan; null where nobody needs it
 */
export function withGoals(
  split: Split,
  plan: readonly PlannedGoal[],
  originals: readonly Float32Array[] | null,
): Split {
  const { samples, labels, n, targets = {} } = split
  const goals = plan.map((planned, i): Goal => {
    const { name, index, metric, weight, kind, places, truth } = planned
    const original = originals?.[i] ?? null
    const common = { name, index, metric, weight, original }
    const values =
      truth === null ? null : truth === 'labels' ? labels : (targets[truth.target]?.values ?? null)
    if (kind === 'numbers')
      return {
        ...common,
        kind,
        truth: values === null || values instanceof Float32Array ? values : shared(values),
      }
    const said = metric === 'iou' && original !== null ? largestClasses(original, n, places) : null
    return { ...common, kind, places, truth: values instanceof Int32Array ? values : said }
  })
  return { samples, labels, n, goals }
}

function shared(values: Int32Array): Float32Array {
  const numbers = new Float32Array(new SharedArrayBuffer(values.length * 4))
  numbers.set(values)
  return numbers
}
