import type { FineTuneOptions } from './options.js'

/** How a step is taken. */
export interface Pace {
  /** Learning rate. */
  readonly rate: number
  /** Momentum, for AdamW the first beta. */
  readonly momentum: number
}

/** Share of all steps in which the rate of `cosine` rises. */
const WARM_UP = 0.05

/** The cycle of PyTorch's OneCycleLR: share of steps that rise, and the first and the last rate beside the largest. */
const RISING = 0.3
const FIRST = 1 / 25
const LAST = FIRST / 1e4

/** Half of what a cycle's momentum swings by: from 0.95 to 0.85 where it is 0.9. */
const SWING = 0.05

/** The pace at a step, counted from 0, of `steps`. */
export function paceAt(
  {
    schedule,
    learningRate: largest,
    momentum,
  }: Pick<FineTuneOptions, 'schedule' | 'learningRate' | 'momentum'>,
  step: number,
  steps: number,
): Pace {
  switch (schedule) {
    case 'constant':
      return { rate: largest, momentum }
    case 'cosine':
      return { rate: cosineRate(largest, step, steps), momentum }
    case 'one-cycle':
      return oneCycle(largest, momentum, step, steps)
  }
}

/** Linear up, then down a half cosine to zero (Loshchilov & Hutter 2017, without restarts). */
function cosineRate(largest: number, step: number, steps: number): number {
  const rising = Math.max(1, Math.round(steps * WARM_UP))
  if (step < rising) return (largest * (step + 1)) / rising
  return between(largest, 0, (step - rising) / Math.max(1, steps - rising))
}

/** Up and down again, the momentum the other way (Smith 2018), both along half cosines. */
function oneCycle(largest: number, momentum: number, step: number, steps: number): Pace {
  const [low, high] = [Math.max(0, momentum - SWING), Math.min(momentum + SWING, (1 + momentum) / 2)]
  const top = Math.max(0, RISING * steps - 1)
  if (step < top) {
    const way = step / top
    return { rate: between(largest * FIRST, largest, way), momentum: between(high, low, way) }
  }
  const way = (step - top) / Math.max(1, steps - 1 - top)
  return { rate: between(largest, largest * LAST, way), momentum: between(low, high, way) }
}

/** Along a half cosine from one number to another, `way` in [0,1]. */
function between(from: number, to: number, way: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * way))
}
