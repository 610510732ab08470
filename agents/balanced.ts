/** Cost of some actions, as a share of what the budgets allow. */
export type Spent = (actions: readonly number[]) => number

/** Halvings of the interval in which the factor of the others is sought. */
const HALVINGS = 16

/**
 * Actions of which some change by factors of their own, and all others by one factor, the largest with which the budgets
 * are met: they get back what a cut frees, and pay for what a gain costs. No action passes 1.
 * @param changes factor of each site that changes, above 0
 * @param spent null where as little as can be is to be spent; the others then stay as they are
 */
export function balanced(
  actions: readonly number[],
  changes: ReadonlyMap<number, number>,
  spent: Spent | null,
): readonly number[] {
  const withOthers = (factor: number) =>
    actions.map((action, site) => Math.min(1, action * (changes.get(site) ?? factor)))
  if (spent === null) return withOthers(1)
  let [low, high] = [0, 1 / Math.max(LEAST, Math.min(...actions))]
  for (let i = 0; i < HALVINGS; i++) {
    const factor = (low + high) / 2
    if (spent(withOthers(factor)) <= 1) low = factor
    else high = factor
  }
  return withOthers(low)
}

/** An action of nothing has no factor that makes something of it. */
const LEAST = 1e-3
