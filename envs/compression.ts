import { type Decided, type DecisionKind, decisionKinds, type Policy } from '../src/compress/policy.js'
import { assertReachable, type Budget, evenAction, legalInterval } from './budget.js'
import type { Decision, Env, Step } from './env.js'
import { DYNAMIC_FEATURES, observe, scaleFeatures } from './observation.js'
import { nearestPosition, type Site } from './site.js'

/** All that defines the environment: what is decided, within which budgets. */
export interface CompressionProblem {
  /** In decision order. */
  readonly sites: readonly Site[]
  readonly budgets: readonly Budget[]
  /** What the observation tells of the cost: that of the decided values, whole or not, in any unit. */
  readonly cost: (values: ArrayLike<number>) => number
}

/**
 * The compression environment (AMC, He et al. 2018, section 3; HAQ, Wang et al. 2019, section 3): one decision a site, in
 * topological order. Unlike theirs, rounding comes before the budget and the budget is exact, so that no finished policy
 * exceeds it.
 * @throws BudgetError where no legal policy meets the budgets.
 */
export function compressionEnv({ sites, budgets, cost }: CompressionProblem): Env {
  assertReachable(budgets, sites)
  const features = scaleFeatures(sites)
  const values = sites.map(({ legal }) => legal.at(-1)!)
  let site = 0
  let interval = { low: 0, high: 0 }
  let previous = 1

  const decide = (): Decision => {
    interval = legalInterval(budgets, sites, values, site)
    const { actions } = sites[site]!
    const low = actions[interval.low]!
    const high = actions[interval.high]!
    // Without budgets there is nothing to spend.
    const even = budgets.length === 0 ? (low + high) / 2 : evenAction(budgets, sites, values, site)
    const middle = Math.min(high, Math.max(low, even))
    const bounds = { low, high, middle }
    const observation = observe({ site, sites, values, features, budgets, cost, previous, ...bounds })
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
      const here = sites[site]
      if (here === undefined) throw new RangeError('the episode is over: reset first')
      const position = nearestPosition(here, action, interval.low, interval.high)
      values[site] = here.legal[position]!
      previous = here.actions[position]!
      site++
      return { executed: previous, next: site < sites.length ? decide() : null }
    },
    policy: () => policyOf(sites, values),
  }
}

/** The values of some sites as a policy. */
export function policyOf(sites: readonly Pick<Site, 'kind' | 'name'>[], values: ArrayLike<number>): Policy {
  const decided = (kind: DecisionKind): Decided =>
    Object.fromEntries(
      sites.flatMap((site, i) => (site.kind === kind ? [[site.name, values[i]!] as const] : [])),
    )
  const others = decisionKinds.filter(kind => kind !== 'keep' && sites.some(site => site.kind === kind))
  return { keep: decided('keep'), ...Object.fromEntries(others.map(kind => [kind, decided(kind)])) }
}
