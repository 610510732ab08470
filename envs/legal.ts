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
