/** One limit of a policy's cost. */
export interface Budget {
  readonly kind: 'macs' | 'params'
  /** The most a policy may cost, in the unit of its kind. */
  readonly limit: number
  /** Cost of the keep counts in site order; never falls when a count rises. */
  readonly cost: (keep: ArrayLike<number>) => number
}

/** A budget that even the cheapest policy exceeds. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError'
}

/** @throws BudgetError with the smallest reachable value where a budget cannot be met. */
export function assertReachable(budgets: readonly Budget[], legal: readonly (readonly number[])[]): void {
  const cheapest = legal.map(widths => widths[0]!)
  for (const { kind, limit, cost } of budgets) {
    const least = cost(cheapest)
    if (least > limit) {
      throw new BudgetError(
        `the budget ${kind}=${Math.floor(limit)} cannot be met; the smallest reachable is ${kind}=${least}`,
      )
    }
  }
}

/** The share of a limit that a policy should use at least, where the remaining sites can still reach it. */
const FILL = 0.97

/**
 * Positions in `legal[site]` that are allowed at a site when the sites before it are decided: the largest width with
 * which the cheapest completion still fits every budget, and the smallest with which the dearest completion uses a
 * budget up. Exact, because costs are evaluated on the real widths and rise with each.
 * @param keep counts of the decided sites; the entries from `site` on are overwritten.
 */
export function legalInterval(
  budgets: readonly Budget[],
  legal: readonly (readonly number[])[],
  keep: number[],
  site: number,
): { readonly low: number; readonly high: number } {
  const widths = legal[site]!
  const complete = (width: number, pick: (widths: readonly number[]) => number) => {
    keep[site] = width
    for (let s = site + 1; s < legal.length; s++) keep[s] = pick(legal[s]!)
  }
  let high = widths.length - 1
  for (; high > 0; high--) {
    complete(widths[high]!, rest => rest[0]!)
    if (budgets.every(({ cost, limit }) => cost(keep) <= limit)) break
  }
  let low = 0
  for (; low < high; low++) {
    complete(widths[low]!, rest => rest.at(-1)!)
    if (budgets.some(({ cost, limit }) => cost(keep) >= FILL * limit)) break
  }
  return { low, high }
}

/** Halvings of the interval in which the even share is sought: to a thousandth. */
const HALVINGS = 10

/**
 * The share in [0,1] that, kept of the groups from `site` on, costs just what is left of the budgets after the decided
 * ones; widths are not rounded for it.
 * @param keep counts of the decided sites; the entries from `site` on are overwritten.
 */
export function evenShare(
  budgets: readonly Budget[],
  sizes: readonly number[],
  keep: number[],
  site: number,
): number {
  const fits = (share: number) => {
    for (let s = site; s < sizes.length; s++) keep[s] = share * sizes[s]!
    return budgets.every(({ cost, limit }) => cost(keep) <= limit)
  }
  if (fits(1)) return 1
  let [low, high] = [0, 1]
  for (let i = 0; i < HALVINGS; i++) {
    const share = (low + high) / 2
    if (fits(share)) low = share
    else high = share
  }
  return low
}
