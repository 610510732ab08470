import { decisionKinds } from '../src/compress/policy.js'
import type { Budget } from './budget.js'
import type { Site } from './site.js'

/** One site's features, each in [0,1]. */
export type ScaledFeatures = readonly number[]

/** Each feature divided by its largest value over the sites; where several kinds are decided, with a flag for each kind. */
export function scaleFeatures(sites: readonly Pick<Site, 'kind' | 'features'>[]): readonly ScaledFeatures[] {
  const kinds = decisionKinds.filter(kind => sites.some(site => site.kind === kind))
  const rows = sites.map(({ kind, features: f }) => [
    f.dense,
    f.depthwise,
    f.outChannels,
    f.inChannels,
    f.height,
    f.width,
    f.stride,
    f.kernel,
    f.macs,
    f.errorAtHalf,
    f.errorAtQuarter,
    ...(kinds.length > 1 ? kinds.map(one => (one === kind ? 1 : 0)) : []),
  ])
  const largest = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]!))) ?? []
  return rows.map(row => row.map((value, column) => (largest[column]! > 0 ? value / largest[column]! : 0)))
}

/** Where an episode stands. `values` holds the decided ones before `site`; what comes after is free to overwrite. */
export interface EpisodeState {
  readonly site: number
  readonly sites: readonly Pick<Site, 'legal'>[]
  readonly values: number[]
  readonly features: readonly ScaledFeatures[]
  readonly budgets: readonly Budget[]
  readonly cost: (values: ArrayLike<number>) => number
  /** Action taken at the site before; 1 at the first. */
  readonly previous: number
  readonly low: number
  readonly high: number
}

/** Where an observation has what is lost at half and at a quarter, each as a share of the most that any site loses. */
export const ERROR_FEATURES = { atHalf: 10, atQuarter: 11 } as const

/** How many features `observe` adds to a site's own. */
export const DYNAMIC_FEATURES = 7

/**
 * The agent's view (AMC's eleven features, with HAQ's flags, the budget left, the legal bounds and the sensitivity), every
 * one in [0,1] and rebuilt from nothing at each step, so that no episode leaks into the next.
 */
export function observe(state: EpisodeState): number[] {
  const { site, sites, values, budgets, cost, previous, low, high } = state
  const completed = (from: number, pick: (legal: readonly number[]) => number) => {
    const whole = values.slice(0, from)
    for (let s = from; s < sites.length; s++) whole.push(pick(sites[s]!.legal))
    return whole
  }
  const least = (legal: readonly number[]) => legal[0]!
  const most = (legal: readonly number[]) => legal.at(-1)!
  const total = cost(completed(0, most))
  const withRestMost = cost(completed(site, most))
  const withRestLeast = cost(completed(site, least))
  const slack = budgets.map(budget => {
    const cheapest = budget.cost(completed(site, least))
    const dearest = budget.cost(completed(site, most))
    return dearest > cheapest ? Math.min(1, Math.max(0, (budget.limit - cheapest) / (dearest - cheapest))) : 1
  })
  return [
    sites.length > 1 ? site / (sites.length - 1) : 0,
    ...state.features[site]!,
    (total - withRestMost) / total,
    (withRestMost - withRestLeast) / total,
    previous,
    Math.min(1, ...slack),
    low,
    high,
  ]
}
