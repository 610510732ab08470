/** How widths may be chosen. */
export interface WidthRules {
  /** Widths of layers are multiples of this, or the layer's own. */
  readonly round: number
  /** At least this share of a layer's channels stays, in [0,1]; always at least one. */
  readonly minKeep: number
  /** Widths that may be chosen, by group, instead of the multiples. */
  readonly widths?: Readonly<Record<string, readonly number[]>>
}

/** A group's channels, and how many indices each has in the layer that makes it (a head of attention has many). */
export interface Sized {
  readonly size: number
  readonly each: number
}

/** Channels at a time, so that the layer's own width is a multiple of `round`. */
function stepOf(each: number, round: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
  return round / divisor(round, each)
}

/** The legal widths of a group, ascending; never empty. */
export function legalWidths({ size, each }: Sized, { round, minKeep }: WidthRules): readonly number[] {
  const least = Math.max(1, Math.ceil(size * minKeep))
  const widths: number[] = []
  const step = stepOf(each, round)
  for (let width = step; width < size; width += step) if (width >= least) widths.push(width)
  return [...widths, size]
}

/** The width nearest to `wanted`, which need not be whole; of two equally near, the larger. */
function nearestWidth(widths: readonly number[], wanted: number): number {
  return widths.reduce((best, width) => (Math.abs(width - wanted) <= Math.abs(best - wanted) ? width : best))
}

/** The width of a share of a group's channels, nearest legal; a group no wider than `round` is not rounded. */
export function shareWidth(group: Sized, share: number, round: number): number {
  const { size, each } = group
  if (size <= stepOf(each, round)) return Math.max(1, Math.round(size * share))
  return nearestWidth(legalWidths(group, { round, minKeep: 0 }), size * share)
}
