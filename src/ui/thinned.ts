/** A figure over the trials, in at most `maxValues` means however many trials there are. */
export interface Thinned {
  /** Complete means, each of `perValue` figures. */
  readonly values: readonly number[]
  readonly perValue: number
  /** Sum of the figures that make no complete mean yet. */
  readonly open: { readonly sum: number; readonly count: number }
  /** The newest figure; null before the first. */
  readonly newest: number | null
  /** The largest figure. */
  readonly most: number
}

/** Wider than a line of it on any screen. */
export const maxValues = 256

export const emptyThinned: Thinned = {
  values: [],
  perValue: 1,
  open: { sum: 0, count: 0 },
  newest: null,
  most: Number.NEGATIVE_INFINITY,
}

/** With one more figure; one that is missing or no number changes nothing. */
export function withFigure(thinned: Thinned, figure: number | undefined): Thinned {
  if (figure === undefined || !Number.isFinite(figure)) return thinned
  const open = { sum: thinned.open.sum + figure, count: thinned.open.count + 1 }
  const next = { ...thinned, newest: figure, most: Math.max(thinned.most, figure) }
  if (open.count < thinned.perValue) return { ...next, open }
  const values = [...thinned.values, open.sum / open.count]
  const closed = { ...next, open: emptyThinned.open, values }
  return values.length < maxValues
    ? closed
    : { ...closed, values: halved(values), perValue: thinned.perValue * 2 }
}

/** All means in trial order, the open one included. */
export function meansOf({ values, open }: Thinned): readonly number[] {
  return open.count === 0 ? values : [...values, open.sum / open.count]
}

/** Every two as their mean. */
function halved(values: readonly number[]): readonly number[] {
  return values.flatMap((second, i) => {
    const first = values[i - 1]
    return i % 2 === 0 || first === undefined ? [] : [(first + second) / 2]
  })
}
