import { valuesOf } from '../integers.js'
import type { Op } from './op.js'

/** ConstantOfShape: nothing of what it makes can go. */
export const constantOfShape: Op = {
  shapes(node, shapes) {
    const sizes = shapes.integers(node.inputs[0] ?? '')
    return sizes && [valuesOf(sizes)]
  },
  couple() {
    // A value without labels is fixed, and a size it was given that counts channels freezes them.
  },
}

/** Range: as many numbers as fit between two bounds. */
export const range: Op = {
  shapes(node, shapes) {
    const [start, limit, delta] = node.inputs.map(name => shapes.integers(name)?.[0]?.value)
    if (start === undefined || limit === undefined || delta === undefined || delta === 0) return undefined
    return [[Math.max(0, Math.ceil((limit - start) / delta))]]
  },
  couple: constantOfShape.couple,
}
