/**
 * What a budget can limit: multiply-accumulates at batch 1, parameters, bytes of the file that holds what was decided as it
 * is (.onnx for a float network, .pare for one of few bits), and bit operations (MACs x bits of the weight x bits of the
 * value, 32 for float).
 */
export const costKinds = ['macs', 'params', 'size', 'bitops'] as const

export type CostKind = (typeof costKinds)[number]
