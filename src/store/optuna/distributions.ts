import { decisionKinds, type Policy } from '../../compress/policy.js'
import type { SiteSummary } from '../../search/events.js'

/** Whole numbers from `low` to `high`. */
export interface IntDistribution {
  readonly low: number
  readonly high: number
}

/** What a policy decided, by parameter: `keep.conv1` and so on. */
export function parametersOf(policy: Policy): readonly (readonly [name: string, value: number])[] {
  return decisionKinds.flatMap(kind =>
    Object.entries(policy[kind] ?? {}).map(([name, value]) => [`${kind}.${name}`, value] as const),
  )
}

/** What parameters may be, by name. */
export type Distributions = ReadonlyMap<string, IntDistribution>

/**
 * What each parameter may be, one and the same for all trials, as Optuna has it: up to the most that its site allows, from
 * 1, or from 0 where a block may go.
 */
export function rangesOf(sites: readonly SiteSummary[]): Distributions {
  return new Map(
    sites.map(({ kind, name, most }) => [`${kind}.${name}`, { low: kind === 'blocks' ? 0 : 1, high: most }]),
  )
}

/** With what some trials decided, which an older run's sites do not tell of. */
export function widened(
  distributions: Distributions,
  trials: readonly { readonly policy: Policy }[],
): Distributions {
  const wider = new Map(distributions)
  for (const { policy } of trials)
    for (const [name, value] of parametersOf(policy)) {
      const { low, high } = wider.get(name) ?? { low: Math.min(1, value), high: value }
      wider.set(name, { low: Math.min(low, value), high: Math.max(high, value) })
    }
  return wider
}

/** As Optuna stores it (optuna/distributions.py, distribution_to_json). */
export function distributionJson({ low, high }: IntDistribution): string {
  return JSON.stringify({ name: 'IntDistribution', attributes: { log: false, step: 1, low, high } })
}
