import { type BudgetKind, budgetKinds } from '../../graph/cost-kinds.js'
import { UsageError } from './error.js'

/** A budget as asked for, not yet in units. */
export interface AskedBudget {
  readonly kind: BudgetKind
  readonly asked: string
}

/** Reads `KIND=VALUE`, where VALUE is a number, one with k, M, G, ms or mJ behind it, or a percentage of the original. */
export function parseBudget(text: string): AskedBudget {
  const [, kind, asked] = /^([a-z]+)=(\d+(?:\.\d+)?(?:%|[kMG]|ms|mJ)?)$/.exec(text) ?? []
  if (kind === undefined || asked === undefined) {
    throw new UsageError(`--budget ${text}: expected KIND=VALUE such as macs=50% or params=100k`)
  }
  const unit = /m[sJ]$/.exec(asked)?.[0]
  if (unit !== undefined && kind !== (unit === 'ms' ? 'latency' : 'energy'))
    throw new UsageError(`--budget ${text}: ${unit} is no unit of ${kind}`)
  const known = budgetKinds.find(name => name === kind)
  if (known === undefined)
    throw new UsageError(`--budget ${text}: expected one of ${budgetKinds.join(', ')}, found ${kind}`)
  if (Number.parseFloat(asked) <= 0) throw new UsageError(`--budget ${text}: expected more than nothing`)
  return { kind: known, asked }
}

const units = { k: 1e3, M: 1e6, G: 1e9 } as const

/** The limit in the unit of its kind. */
export function limitOf(asked: string, original: number): number {
  const value = Number.parseFloat(asked)
  if (asked.endsWith('%')) return (original * value) / 100
  const unit = asked.at(-1)
  return unit === 'k' || unit === 'M' || unit === 'G' ? value * units[unit] : value
}
