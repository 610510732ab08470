import { concat, matMul, reshape, type Tensor2D, type Tensor4D, tensor2d, transpose, zeros } from '../tf.js'
import { crop, type Forward, type Window } from './window.js'

/** Along one axis: the input cells at one remainder of the stride, and what their gradient is made of. */
interface Phase {
  /** The filter cells that meet these input cells, in the order in which they meet the output's gradient. */
  readonly taps: readonly number[]
  /** Zeros before and after the output's gradient; negative ones are cells cut off. */
  readonly before: number
  readonly after: number
  /** Input cells in the phase. */
  readonly cells: number
}

/** The part of an output's gradient that a phase reads: where it starts and how long it is. */
function used(size: number, { before, after }: Phase): { readonly start: number; readonly length: number } {
  return { start: Math.max(0, -before), length: size + Math.min(0, before) + Math.min(0, after) }
}

function phasesOf(
  stride: number,
  dilation: number,
  kernel: number,
  before: number,
  input: number,
  output: number,
): readonly Phase[] {
  const cells = Math.ceil(input / stride)
  return Array.from({ length: stride }, (_, offset) => {
    const remainder = (offset + before) % stride
    const shift = Math.floor((offset + before) / stride)
    const count = Math.max(0, Math.ceil((kernel - remainder) / stride))
    return {
      taps: Array.from({ length: count }, (_, i) => remainder + stride * (count - 1 - i)),
      before: (count - 1) * dilation - shift,
      after: cells - 1 + shift - (output - 1),
      cells,
    }
  })
}

/**
 * dL/dx of a convolution, as forward convolutions of dL/dy with the filter turned by half a turn: one for each remainder
 * of the stride, with the filter cells that meet such inputs, and the results interleaved. This does exactly the forward
 * pass's multiplications; the textbook form, one convolution of a zero-stuffed gradient, does stride^2 as many.
 *
 * @param swapped the filter with its channels swapped, [kh, kw, o, c]; [kh, kw, c, 1] where `forward` is depthwise
 * @param size height and width of x
 * @param channels channels of x
 * @param window strides or dilations are 1
 */
export function inputGradient(
  dy: Tensor4D,
  swapped: Tensor4D,
  [height, width]: readonly [number, number],
  channels: number,
  { top, left, strides, dilations }: Window,
  forward: Forward,
): Tensor4D {
  const [n, outHeight, outWidth] = dy.shape
  const [kh, kw] = swapped.shape
  const rows = phasesOf(strides[0], dilations[0], kh, top, height, outHeight)
  const columns = phasesOf(strides[1], dilations[1], kw, left, width, outWidth)
  const part = (y: Phase, x: Phase) => {
    const [tall, wide] = [used(outHeight, y), used(outWidth, x)]
    if (Math.min(y.taps.length, x.taps.length, tall.length, wide.length) <= 0)
      return zeros([n, y.cells, x.cells, channels]) as Tensor4D
    return forward(crop(dy, tall.start, wide.start, tall.length, wide.length), filterPart(swapped, y, x), {
      top: Math.max(0, y.before),
      bottom: Math.max(0, y.after),
      left: Math.max(0, x.before),
      right: Math.max(0, x.after),
      strides: [1, 1],
      dilations,
    })
  }
  const parts = rows.map(y => columns.map(x => part(y, x)))
  return crop(interleave(parts), 0, 0, height, width)
}

/** The filter of one phase, by a product that chooses cells: reversing or gathering them is many times as slow. */
function filterPart(swapped: Tensor4D, y: Phase, x: Phase): Tensor4D {
  const [kh, kw, a, b] = swapped.shape
  const cells = reshape(swapped, [kh * kw, a * b]) as Tensor2D
  const taps = y.taps.flatMap(row => x.taps.map(column => row * kw + column))
  const chosen = taps.map(tap => Array.from({ length: kh * kw }, (_, cell) => (cell === tap ? 1 : 0)))
  return reshape(matMul(tensor2d(chosen), cells), [y.taps.length, x.taps.length, a, b])
}

/** parts[y][x] of [n, h, w, c] each, to [n, h sy, w sx, c] with parts[y][x] at all cells (sy i + y, sx j + x). */
function interleave(parts: readonly (readonly Tensor4D[])[]): Tensor4D {
  const first = parts[0]![0]!
  const [n, h, w, c] = first.shape
  const [sy, sx] = [parts.length, parts[0]!.length]
  if (sy * sx === 1) return first
  const rows = parts.map(row => {
    const beside = reshape(concat([...row], 0), [sx, n * h * w, c])
    return reshape(transpose(beside, [1, 0, 2]), [n * h, w * sx * c])
  })
  const below = reshape(concat(rows, 0), [sy, n * h, w * sx * c])
  return reshape(transpose(below, [1, 0, 2]), [n, h * sy, w * sx, c])
}
