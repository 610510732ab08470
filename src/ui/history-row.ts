import type { Policy } from '../compress/policy.js'
import type { BudgetKind } from '../graph/cost-kinds.js'
import type { SiteSummary } from '../search/events.js'

/** What a trial costs, by kind, and the bytes of its file. */
export type CostName = BudgetKind | 'bytes'

export const costNames = ['macs', 'params', 'size', 'bitops', 'latency', 'energy', 'bytes'] as const

export const outcomes = ['finished', 'cached', 'failed'] as const

export type Outcome = (typeof outcomes)[number]

/** A told trial in few numbers; those that there are not are NaN. */
export interface HistoryRow {
  readonly trial: number
  readonly outcome: Outcome
  /** On the validation split, a fraction. */
  readonly score: number
  readonly loss: number
  readonly reward: number
  readonly elapsedMs: number
  /** When it was told, ms since the epoch. */
  readonly at: number
  readonly worker: number
  readonly cachedFrom: number
  readonly costs: Readonly<Record<CostName, number>>
  /** Why it failed; empty otherwise. */
  readonly reason: string
  /** What was decided at each site, in decision order; null where it is not kept. */
  readonly values: Uint16Array | null
}

/** Stands for a site at which nothing was decided. */
const UNDECIDED = 65_535

/** What a policy decides at each site. */
export function valuesOf(policy: Policy, sites: readonly SiteSummary[]): Uint16Array {
  return Uint16Array.from(sites, ({ kind, name }) => policy[kind]?.[name] ?? UNDECIDED)
}

/** What was decided at a site; undefined where nothing was. */
export function decidedAt(values: Uint16Array | null, site: number): number | undefined {
  const value = values?.[site]
  return value === UNDECIDED ? undefined : value
}
