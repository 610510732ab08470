import { type BudgetKind, isDeviceCost } from '../graph/cost-kinds.js'
import { whole } from './format.js'

/** What costs are called where there is little room. */
export const costLabels = {
  macs: 'MACs',
  params: 'params',
  size: 'size',
  bitops: 'bitops',
  latency: 'latency',
  energy: 'energy',
} as const satisfies Record<BudgetKind, string>

/** A cost with its unit: counts and cycles whole, times and energies in four digits. */
export function costText(kind: BudgetKind | 'bytes', value: number, unit?: string): string {
  if (!isDeviceCost(kind)) return whole(value)
  const shown = value >= 1000 ? whole(value) : String(Number(value.toPrecision(4)))
  return `${shown} ${unit ?? (kind === 'latency' ? 'ms' : 'mJ')}`
}
