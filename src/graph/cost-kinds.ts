/**
 * What a budget can limit: multiply-accumulates at batch 1, parameters, bytes of the file that holds what was decided as it
 * is (.onnx for a float network, .pare for one of few bits), and bit operations (MACs x bits of the weight x bits of the
 * value, 32 for float).
 */
export const costKinds = ['macs', 'params', 'size', 'bitops'] as const

export type CostKind = (typeof costKinds)[number]

/** What a budget can limit on a device, by its profile: time (ms, or a simulator's cycles), or energy (mJ) a sample. */
export const deviceCostKinds = ['latency', 'energy'] as const

export type DeviceCostKind = (typeof deviceCostKinds)[number]

export function isDeviceCost(kind: string): kind is DeviceCostKind {
  return deviceCostKinds.some(known => known === kind)
}

/** All that a budget can limit. */
export const budgetKinds = [...costKinds, ...deviceCostKinds] as const

export type BudgetKind = (typeof budgetKinds)[number]
