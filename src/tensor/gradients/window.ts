import { concat, reshape, slice, type Tensor4D, zeros } from '../tf.js'

/** How a window slides over [n, height, width, c]: padding before and after each spatial axis, strides, dilations. */
export interface Window {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
}

/** TF.js's form of explicit padding. */
export function padding({
  top,
  bottom,
  left,
  right,
}: Window): [[number, number], [number, number], [number, number], [number, number]] {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]
}

/** Zeros between the rows and columns of [n, h, w, c], to [n, h*sy, w*sx, c]: what a stride skipped on the way forward. */
export function spread(x: Tensor4D, [sy, sx]: readonly [number, number]): Tensor4D {
  if (sy === 1 && sx === 1) return x
  const [n, h, w, c] = x.shape
  const wide = sx === 1 ? x : concat([reshape(x, [n, h, w, 1, c]), zeros([n, h, w, sx - 1, c])], 3)
  const rows = reshape(wide, [n, h, 1, w * sx * c])
  const tall = sy === 1 ? rows : concat([rows, zeros([n, h, sy - 1, w * sx * c])], 2)
  return reshape(tall, [n, h * sy, w * sx, c]) as Tensor4D
}

/** The first rows and columns of [n, h, w, c]. */
export function crop(x: Tensor4D, height: number, width: number): Tensor4D {
  const [n, h, w, c] = x.shape
  return h === height && w === width ? x : slice(x, [0, 0, 0, 0], [n, height, width, c])
}

/** How much of an input a backward convolution reads, and the window with which it does. */
interface BackwardWindow {
  readonly height: number
  readonly width: number
  readonly window: Window
}

/**
 * The window over the spread gradient that gives a gradient of x's size: as far as a filter reached forward, it reaches
 * back; values that no window read forward are cut off.
 */
export function backwardWindow(
  spreadOut: Tensor4D,
  x: Tensor4D,
  filter: Tensor4D,
  { top, left, dilations }: Window,
): BackwardWindow {
  const along = (axis: 0 | 1, before: number) => {
    const reach = (filter.shape[axis] - 1) * dilations[axis] + 1
    const size = spreadOut.shape[axis + 1] ?? 0
    const front = reach - 1 - before
    const back = (x.shape[axis + 1] ?? 0) + before - size
    return { used: Math.min(size, size + back), front, back: Math.max(0, back) }
  }
  const [y, z] = [along(0, top), along(1, left)]
  const window = {
    top: y.front,
    bottom: y.back,
    left: z.front,
    right: z.back,
    strides: [1, 1],
    dilations,
  } as const
  return { height: y.used, width: z.used, window }
}

/**
 * The window with which the output's gradient, as a filter over the input, gives the filter's gradient: strides and
 * dilations change roles, and the input is padded or cut to exactly what the forward pass read.
 */
export function acrossSamples(
  x: Tensor4D,
  dy: Tensor4D,
  filter: Tensor4D,
  { top, left, strides, dilations }: Window,
): BackwardWindow {
  const along = (axis: 0 | 1, before: number) => {
    const read =
      ((dy.shape[axis + 1] ?? 0) - 1) * strides[axis] + (filter.shape[axis] - 1) * dilations[axis] + 1
    const size = x.shape[axis + 1] ?? 0
    const behind = read - size - before
    return { used: size + Math.min(0, behind), behind: Math.max(0, behind) }
  }
  const [y, z] = [along(0, top), along(1, left)]
  const window = {
    top,
    bottom: y.behind,
    left,
    right: z.behind,
    strides: dilations,
    dilations: strides,
  } as const
  return { height: y.used, width: z.used, window }
}
