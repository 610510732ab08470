import type { DecisionKind } from '../src/compress/policy.js'

/** What does not change about a site, unscaled. The layer is the one that produces the group's channels, or is quantised. */
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
  /** MACs that shrink with the decision. */
  readonly macs: number
  /** Output energy that is lost for good at half and at a quarter of the channels or bits, in [0,1]. */
  readonly errorAtHalf: number
  readonly errorAtQuarter: number
}

/** One thing to decide. */
export interface Decidable {
  readonly kind: DecisionKind
  /** Name of the channel group, layer or quantiser group. */
  readonly name: string
  /** The legal values, ascending; no cost falls when a value rises. */
  readonly legal: readonly number[]
  /** The action in [0,1] that stands for each legal value, ascending: the middle of its share of the actions. */
  readonly actions: readonly number[]
  /** Nodes whose bits or rank it decides, or that go with a block; none for a width. */
  readonly layers: readonly string[]
}

/** What of a site its cost depends on. */
export type CostedSite = Pick<Decidable, 'kind' | 'name' | 'layers'>

/** One thing to decide, as the environment sees it. */
export interface Site extends Decidable {
  readonly features: SiteFeatures
}

/** Middles of bins of equal width, as HAQ's action map has them (Wang et al. 2019, equation 3). */
export function binActions(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => (i + 0.5) / count)
}

/** Position in `legal`, from `low` to `high`, whose action is nearest; of two equally near, the larger. */
export function nearestPosition({ actions }: Decidable, action: number, low: number, high: number): number {
  let best = low
  for (let i = low + 1; i <= high; i++)
    if (Math.abs(actions[i]! - action) <= Math.abs(actions[best]! - action)) best = i
  return best
}

/**
 * What an action stands for if values need not be legal: linear between legal ones, and below the least down to a
 * proportional share of it.
 */
export function valueAt({ legal, actions }: Decidable, action: number): number {
  const above = actions.findIndex(known => known >= action)
  if (above < 0) return legal.at(-1)!
  if (above === 0) return (legal[0]! * action) / actions[0]!
  const [from, to] = [actions[above - 1]!, actions[above]!]
  return legal[above - 1]! + ((legal[above]! - legal[above - 1]!) * (action - from)) / (to - from)
}
