import type { Budget } from './budget.js'

/** What does not change about a site, unscaled. The layer is the one that produces the group's channels. */
export interface SiteFeatures {
  /** 1 for a dense layer, 0 for a convolution. */
  readonly dense: number
  /** 1 where a depthwise convolution carries the channels. */
  readonly depthwise: number
  readonly outChannels: number
  readonly inChannels: number
  /** Spatial size of the layer's input. */
  readonly height: number
  readonly width: number
  readonly stride: number
  readonly kernel: number
  /** MACs that shrink with the group. */
  readonly macs: number
  /** Output energy that the group's consumers lose for good at half and at a quarter of its channels, in [0,1]. */
  readonly errorAtHalf: number
  readonly errorAtQuarter: number
}

/** One site's features, each in [0,1]. */
export type ScaledFeatures = readonly number[]

/** Each feature divided by its largest value over the sites. */
export function scaleFeatures(sites: readonly SiteFeatures[]): readonly ScaledFeatures[] {
  const rows = sites.map(f => [
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
  ])
  const largest = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]!))) ?? []
  return rows.map(row => row.map((value, column) => (largest[column]! > 0 ? value / largest[column]! : 0)))
}

/** Where an episode stands. `keep` holds the decided counts before `site`; what comes after is free to overwrite. */
export interface EpisodeState {
  readonly site: number
  readonly sizes: readonly number[]
  readonly keep: number[]
  readonly legal: readonly (readonly number[])[]
  readonly features: readonly ScaledFeatures[]
  readonly budgets: readonly Budget[]
  readonly macs: (keep: ArrayLike<number>) => number
  /** Share kept at the site before; 1 at the first. */
  readonly previous: number
  readonly low: number
  readonly high: number
}

/** How many features `observe` adds to a site's own. */
export const DYNAMIC_FEATURES = 7

/**
 * The agent's view (AMC's eleven features, with the depthwise flag, the budget left, the legal bounds and the
 * sensitivity), every one in [0,1] and rebuilt from nothing at each step, so that no episode leaks into the next.
 */
export function observe(state: EpisodeState): number[] {
  const { site, sizes, keep, legal, budgets, macs, previous, low, high } = state
  const total = macs(sizes)
  const completed = (pick: (s: number) => number) => {
    for (let s = site; s < sizes.length; s++) keep[s] = pick(s)
    return keep
  }
  const withRestFull = macs(completed(s => sizes[s]!))
  const withRestLeast = macs(completed(s => legal[s]![0]!))
  const slack = budgets.map(({ limit, cost }) => {
    const least = cost(completed(s => legal[s]![0]!))
    const most = cost(completed(s => sizes[s]!))
    return most > least ? Math.min(1, Math.max(0, (limit - least) / (most - least))) : 1
  })
  return [
    sizes.length > 1 ? site / (sizes.length - 1) : 0,
    ...state.features[site]!,
    (total - withRestFull) / total,
    (withRestFull - withRestLeast) / total,
    previous,
    Math.min(1, ...slack),
    low,
    high,
  ]
}
