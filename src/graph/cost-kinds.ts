/**
 * What a budget can limit: multiply-accumulates at batch 1, parameters, and bit operations (MACs x bits of the weight x bits
 * of the value, 32 for float).
 */
export const costKinds = ['macs', 'params', 'bitops'] as const

export type CostKind = (typeof costKinds)[number]
