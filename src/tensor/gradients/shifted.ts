import { pad, reshape, slice, type Tensor, type Tensor2D, type Tensor4D, transpose } from '../tf.js'
import { crop, type Window } from './window.js'

/** Along one axis: how many cells the common grid has, and the zeros around the input in it. */
interface Axis {
  readonly cells: number
  readonly before: number
  /** Negative: input cells that no window reads. */
  readonly after: number
}

/**
 * Input and output gradient of a convolution on one grid of cells, so that the input cells that meet filter cell (ky, kx)
 * are one contiguous run of the flat input, of the flat gradient's length. Copying runs is fast where copying windows row
 * by row is not. Cells of the gradient beyond the output are zero.
 */
export interface Shifted {
  /** [cells, o]. */
  readonly gradient: Tensor2D
  /** Number of samples, and of grid rows and columns for each: their product is `cells`. */
  readonly grid: readonly [number, number, number]
  /** The flat input [more than cells, c] in which filter cell (ky, kx) finds its inputs from row `start` on. */
  run(ky: number, kx: number): { readonly input: Tensor2D; readonly start: number }
}

function axis(
  stride: number,
  reach: number,
  before: number,
  input: number,
  output: number,
): Axis & { readonly shift: number } {
  const read = (output - 1) * stride + reach
  // With stride 1 the zeros behind one row serve as the zeros before the next.
  const shared = stride === 1 ? Math.max(0, Math.min(before, read - before - input, reach - 1)) : 0
  const cells = Math.ceil((read - shared) / stride)
  return { cells, before, after: cells * stride - before - input, shift: Math.floor((reach - 1) / stride) }
}

export function shifted(
  x: Tensor4D,
  dy: Tensor4D,
  [kh, kw]: readonly [number, number],
  { top, left, strides, dilations }: Window,
): Shifted {
  const [n, height, width, c] = x.shape
  const [, outHeight, outWidth, o] = dy.shape
  const y = axis(strides[0], (kh - 1) * dilations[0] + 1, top, height, outHeight)
  const z = axis(strides[1], (kw - 1) * dilations[1] + 1, left, width, outWidth)
  const slack = Math.ceil((y.shift * z.cells + z.shift) / (y.cells * z.cells))
  const read = crop(x, 0, 0, height + Math.min(0, y.after), width + Math.min(0, z.after))
  const padded = pad(read, [
    [0, slack],
    [y.before, Math.max(0, y.after)],
    [z.before, Math.max(0, z.after)],
    [0, 0],
  ])
  const [phases, rows] = phasesOf(padded, n + slack, y.cells, z.cells, strides, c)
  const gradient = pad(dy, [
    [0, 0],
    [0, y.cells - outHeight],
    [0, z.cells - outWidth],
    [0, 0],
  ])
  const flat = new Map<number, Tensor2D>()
  return {
    gradient: reshape(gradient, [n * y.cells * z.cells, o]) as Tensor2D,
    grid: [n, y.cells, z.cells],
    run(ky, kx) {
      const [atY, atX] = [ky * dilations[0], kx * dilations[1]]
      const phase = (atY % strides[0]) * strides[1] + (atX % strides[1])
      const whole = phases.shape[0] === 1
      const input =
        flat.get(phase) ??
        (reshape(whole ? phases : slice(phases, [phase, 0, 0], [1, rows, c]), [rows, c]) as Tensor2D)
      flat.set(phase, input)
      return { input, start: Math.floor(atY / strides[0]) * z.cells + Math.floor(atX / strides[1]) }
    },
  }
}

/** Cells by their remainder of the strides: [sy sx, samples * rows * columns, c]. */
function phasesOf(
  padded: Tensor,
  samples: number,
  height: number,
  width: number,
  [sy, sx]: readonly [number, number],
  c: number,
): readonly [Tensor, number] {
  const rows = samples * height * width
  if (sy * sx === 1) return [reshape(padded, [1, rows, c]), rows]
  const apart = transpose(reshape(padded, [samples * height, sy, width, sx * c]), [1, 0, 2, 3])
  const columns = transpose(reshape(apart, [sy, samples * height * width, sx, c]), [0, 2, 1, 3])
  return [reshape(columns, [sy * sx, rows, c]), rows]
}
