/** The interval of legal actions at a site, with the one that spends the budget evenly. */
export interface Bounds {
  readonly low: number
  readonly high: number
  readonly middle: number
}

/** The legal action nearest to one. */
export function toLegal(action: number, { low, high }: Pick<Bounds, 'low' | 'high'>): number {
  return Math.min(high, Math.max(low, action))
}

/**
 * An action as a position in its legal interval: 0 is `low`, one half `middle`, 1 `high`, linear between (after PocketFlow's
 * action map). So neither critic nor noise wastes effort on shares that the budget forbids, and a fresh actor, which says
 * one half, proposes the uniform policy.
 */
export function toPosition({ action, low, high, middle }: Bounds & { readonly action: number }): number {
  if (high <= low) return 0.5
  if (action <= middle) return middle > low ? (action - low) / (middle - low) / 2 : 0
  return 0.5 + (action - middle) / (high - middle) / 2
}

/** The action at a position in [0,1]. */
export function fromPosition(position: number, { low, high, middle }: Bounds): number {
  if (position <= 0.5) return low + 2 * position * (middle - low)
  return middle + (2 * position - 1) * (high - middle)
}
