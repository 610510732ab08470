/** How widths may be chosen. */
export interface WidthRules {
  /** Widths are multiples of this, or the layer's own. */
  readonly round: number
  /** At least this share of a layer's channels stays, in [0,1]; always at least one. */
  readonly minKeep: number
}

/** The legal widths of a group of `size` channels, ascending; never empty. */
export function legalWidths(size: number, { round, minKeep }: WidthRules): readonly number[] {
  const least = Math.max(1, Math.ceil(size * minKeep))
  const widths: number[] = []
  for (let width = round; width < size; width += round) if (width >= least) widths.push(width)
  return [...widths, size]
}

/** The width nearest to `wanted`, which need not be whole; of two equally near, the larger. */
export function nearestWidth(widths: readonly number[], wanted: number): number {
  return widths.reduce((best, width) => (Math.abs(width - wanted) <= Math.abs(best - wanted) ? width : best))
}

/** The width of a share of a group's channels, nearest legal; a group no wider than `round` is not rounded. */
export function shareWidth(size: number, share: number, round: number): number {
  if (size <= round) return Math.max(1, Math.round(size * share))
  return nearestWidth(legalWidths(size, { round, minKeep: 0 }), size * share)
}
