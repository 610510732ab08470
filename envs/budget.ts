import type { BudgetKind } from '../src/graph/cost-kinds.js'
import { type Decidable, valueAt } from './site.js'

/** One limit of a policy's cost. */
export interface Budget {
  readonly kind: BudgetKind
  /** The most a policy may cost, in the unit of its kind. */
  readonly limit: number
  /** What a policy costs at least, where the sites allow it; by default nearly the limit. */
  readonly least?: number
  /** Cost of the decided values in site order, whole or not; never falls when one rises. */
  readonly cost: (values: ArrayLike<number>) => number
}

/** A budget that even the cheapest policy exceeds. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError'
}

/** @throws BudgetError with the smallest reachable value where a budget cannot be met. */
export function assertReachable(
  budgets: readonly Budget[],
  sites: readonly Pick<Decidable, 'legal'>[],
): void {
  const cheapest = sites.map(({ legal }) => legal[0]!)
  for (const { kind, limit, cost } of budgets) {
    const least = cost(cheapest)
    if (least > limit) {
      throw new BudgetError(
        `the budget ${kind}=${shown(limit)} cannot be met; the smallest reachable is ${kind}=${shown(least)}`,
      )
    }
  }
}

/** Whole where it is large, else in four digits, as a latency in ms. */
function shown(cost: number): string {
  return cost >= 1000 ? String(Math.floor(cost)) : String(Number(cost.toPrecision(4)))
}

/** The share of a limit that a policy uses at least where nothing else is said and the remaining sites can still reach it. */
export const usualFill = 0.97

/**
 * Positions in the `legal` values of a site that are allowed when the sites before it are decided: the largest value with
 * which the cheapest completion still fits every budget, and the smallest with which the dearest completion costs the
 * least that one of them asks for; without budgets all are. Exact, because costs are evaluated on the real values and never fall when one rises.
 * @param values those of the decided sites; the entries from `site` on are overwritten.
 */
export function legalInterval(
  budgets: readonly Budget[],
  sites: readonly Decidable[],
  values: number[],
  site: number,
): { readonly low: number; readonly high: number } {
  const { legal } = sites[site]!
  const complete = (value: number, pick: (legal: readonly number[]) => number) => {
    values[site] = value
    for (let s = site + 1; s < sites.length; s++) values[s] = pick(sites[s]!.legal)
  }
  const isOver = (position: number) => {
    complete(legal[position]!, rest => rest[0]!)
    return !budgets.every(({ cost, limit }) => cost(values) <= limit)
  }
  const isEnough = (position: number) => {
    complete(legal[position]!, rest => rest.at(-1)!)
    return (
      budgets.length === 0 ||
      budgets.some(({ cost, limit, least = usualFill * limit }) => cost(values) >= least)
    )
  }
  // The least value always fits: what was decided before left room for it.
  const high = firstWhere(1, legal.length, isOver) - 1
  return { low: firstWhere(0, high, isEnough), high }
}

/** The first number from `from` to before `to` for which something holds that then holds for all further ones; else `to`. */
function firstWhere(from: number, to: number, holds: (number: number) => boolean): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Halvings of the interval in which the even action is sought: to a thousandth. */
const HALVINGS = 10

/**
 * The action in [0,1] that, taken at `site` and all after it, costs just what is left of the budgets after the decided
 * ones; values are not rounded for it.
 * @param values those of the decided sites; the entries from `site` on are overwritten.
 */
export function evenAction(
  budgets: readonly Budget[],
  sites: readonly Decidable[],
  values: number[],
  site: number,
): number {
  const fits = (action: number) => {
    for (let s = site; s < sites.length; s++) values[s] = valueAt(sites[s]!, action)
    return budgets.every(({ cost, limit }) => cost(values) <= limit)
  }
  if (fits(1)) return 1
  let [low, high] = [0, 1]
  for (let i = 0; i < HALVINGS; i++) {
    const action = (low + high) / 2
    if (fits(action)) low = action
    else high = action
  }
  return low
}
