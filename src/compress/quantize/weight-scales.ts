import { indexAlong } from '../../graph/axes.js'
import { integerRange } from '../../graph/fake-quantize.js'
import { roundHalfEven } from '../../graph/round-half-even.js'
import { floats } from '../../graph/tensor.js'
import type { Tensor } from '../../graph/types.js'

/** How a weight's scale is chosen: by its largest element, or by the least squared error. */
const scaleMethods = ['minmax', 'mse'] as const

export type ScaleMethod = (typeof scaleMethods)[number]

/** A weight's elements by channel along an axis; all together for a null axis. */
export function channelsOf(weight: Tensor, axis: number | null): Float32Array[] {
  const data = floats(weight)
  if (axis === null) return [data]
  const indexOf = indexAlong(weight.shape, axis)
  const count = weight.shape[axis] ?? 1
  const channels = Array.from({ length: count }, () => new Float32Array(data.length / Math.max(1, count)))
  const filled = new Uint32Array(count)
  data.forEach((w, i) => {
    const channel = indexOf(i)
    channels[channel]![filled[channel]!++] = w
  })
  return channels
}

/**
 * Scales of a symmetric grid, one for each index along `axis`, or a single one. Of binary weights it is the mean magnitude,
 * whose squared error is the least (Rastegari et al. 2016, section 3.1), by either method.
 * @param least by channel, the smallest scale that it may have (a bias of the layer may ask for one)
 */
export function weightScales(
  weight: Tensor,
  axis: number | null,
  {
    bits,
    method,
    least,
  }: { readonly bits: number; readonly method: ScaleMethod; readonly least: ArrayLike<number> },
): Float32Array {
  const { high, apart } = integerRange({ bits, signed: true })
  const stepOf = (channel: Float32Array): number => {
    if (apart === 2) return channel.reduce((sum, w) => sum + Math.abs(w), 0) / Math.max(1, channel.length)
    const largest = channel.reduce((most, w) => Math.max(most, Math.abs(w)), 0)
    return method === 'mse' ? leastError(channel, largest, high) : largest / high
  }
  return Float32Array.from(channelsOf(weight, axis), (channel, i) => {
    const step = stepOf(channel)
    const scale = Math.fround(Math.max(step, least[i] ?? 0))
    // A channel of zeros has any scale; one that float32 can divide by.
    return scale >= SMALLEST_STEP ? scale : 1
  })
}

const SMALLEST_STEP = 2 ** -100

/** Clippings that are tried, down to a tenth of the largest element. */
const CLIPPINGS = 46

function leastError(channel: Float32Array, largest: number, high: number): number {
  let [found, least] = [largest / high, Number.POSITIVE_INFINITY]
  for (let i = 0; i < CLIPPINGS; i++) {
    const step = (largest * (1 - i / 50)) / high
    let error = 0
    for (const w of channel)
      error += (Math.min(high, Math.max(-high, roundHalfEven(w / step))) * step - w) ** 2
    if (error < least) [found, least] = [step, error]
  }
  return found
}
