import { assertReachable, type Budget, evenShare, legalInterval } from './budget.js'
import type { Decision, Env, Step } from './env.js'
import { legalWidths, nearestWidth, type Sized, type WidthRules } from './legal.js'
import { DYNAMIC_FEATURES, observe, type SiteFeatures, scaleFeatures } from './observation.js'

/** A group of channels as the environment sees it. */
export interface Site extends Sized {
  readonly name: string
  readonly features: SiteFeatures
}

/** All that defines the environment: what is decided, by which rules, within which budgets. */
export interface ChannelProblem {
  readonly sites: readonly Site[]
  readonly rules: WidthRules
  readonly budgets: readonly Budget[]
  /** MACs of the keep counts, for the observation. */
  readonly macs: (keep: ArrayLike<number>) => number
}

/**
 * The compression environment (AMC, He et al. 2018, section 3): one decision a channel group, in topological order,
 * each the share of channels to keep. Unlike AMC's, rounding comes before the budget and the budget is exact, so that no
 * finished policy exceeds it.
 * @throws BudgetError where no legal policy meets the budgets.
 */
export function channelEnv({ sites, rules, budgets, macs }: ChannelProblem): Env {
  const legal = sites.map(site => legalWidths(site, rules))
  assertReachable(budgets, legal)
  const sizes = sites.map(site => site.size)
  const features = scaleFeatures(sites.map(site => site.features))
  const keep = [...sizes]
  let site = 0
  let interval = { low: 0, high: 0 }
  let previous = 1

  const decide = (): Decision => {
    interval = legalInterval(budgets, legal, keep, site)
    const share = (position: number) => legal[site]![position]! / sizes[site]!
    const low = share(interval.low)
    const high = share(interval.high)
    const middle = Math.min(high, Math.max(low, evenShare(budgets, sizes, keep, site)))
    const bounds = { low, high, middle }
    const observation = observe({ site, sizes, keep, legal, features, budgets, macs, previous, ...bounds })
    return { site, observation, ...bounds }
  }

  return {
    sites: sites.length,
    features: features[0] === undefined ? 0 : DYNAMIC_FEATURES + features[0].length,
    reset() {
      site = 0
      previous = 1
      return decide()
    },
    step(action): Step {
      const widths = legal[site]
      if (widths === undefined) throw new RangeError('the episode is over: reset first')
      const width = nearestWidth(widths.slice(interval.low, interval.high + 1), action * sizes[site]!)
      keep[site] = width
      previous = width / sizes[site]!
      site++
      return { executed: previous, next: site < sites.length ? decide() : null }
    },
    keep: () => [...keep],
  }
}
