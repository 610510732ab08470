import { plot } from 'asciichart'

/** Ten characters in asciichart's order: two on the axis, two ends, a level, four corners, a rise. */
export type LineSymbols = readonly [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
]

/** asciichart's axis is this far to the right of the labels when they all have one width. */
export const OFFSET = 3

/** The rows of a chart and what stands before them. */
export interface LineScale {
  readonly low: number
  readonly high: number
  /** Rows above the lowest. */
  readonly top: number
  /** Columns of the labels. */
  readonly margin: number
  /** Label of a row, counted from above. */
  readonly label: (row: number) => string
}

/**
 * @param values all that is shown, at least one, finite
 * @param height rows, the axis' labels not counted
 * @param least from one row to the next at least, so that no two labels are the same
 */
export function lineScale(
  values: readonly number[],
  height: number,
  least: number,
  format: (value: number) => string,
): LineScale {
  // One row between two is one unit, so that the library's own rounding cannot add a row.
  const top = Math.max(1, height - 1)
  const [low, high] = range(Math.min(...values), Math.max(...values), top * least)
  const label = (row: number) => format(low + ((top - row) / top) * (high - low))
  return { low, high, top, label, margin: Math.max(label(0).length, label(top).length) }
}

/** At least `least` wide, so that a level curve has a scale too, and rounding errors are not seen as ups and downs. */
function range(low: number, high: number, least: number): readonly [number, number] {
  const missing = Math.max(0, least - (high - low))
  return [low - missing / 2, high + missing / 2]
}

/** One line with its axis, a column for each value, as rows from above. */
export function drawLine(
  values: readonly number[],
  { low, high, top, label, margin }: LineScale,
  symbols: LineSymbols,
): readonly string[] {
  return plot([values.map(value => ((value - low) / (high - low)) * top)], {
    min: 0,
    max: top,
    height: top,
    offset: OFFSET,
    symbols: [...symbols],
    format: (_value, i) => label(i).padStart(margin),
  }).split('\n')
}
