import type { Split } from '../../data/dataset.js'
import type { Goal } from '../../data/goals.js'
import { classScores } from '../../data/single-channel.js'
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
    const { name, index, metric, weight, kind, places, single, truth } = planned
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
    const known = values instanceof Float32Array ? whole(values) : values
    const said = () =>
      metric === 'iou' && original !== null
        ? largestClasses(classScores(original, n, single), n, places)
        : null
    return { ...common, kind, places, ...(single === undefined ? {} : { single }), truth: known ?? said() }
  })
  return { samples, labels, n, goals }
}

/** The classes of a mask that is stored as floats. */
function whole(values: Float32Array): Int32Array {
  const classes = new Int32Array(new SharedArrayBuffer(values.length * 4))
  classes.set(values)
  return classes
}

function shared(values: Int32Array): Float32Array {
  const numbers = new Float32Array(new SharedArrayBuffer(values.length * 4))
  numbers.set(values)
  return numbers
}
