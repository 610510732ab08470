import { concat, conv2d, depthwiseConv2d, ones, reshape, slice, type Tensor4D, zeros } from '../tf.js'

/** How a window slides over [n, height, width, c]: padding before and after each spatial axis, strides, dilations. */
export interface Window {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
}

/** A convolution kernel's forward pass: x [n, h, w, c], its filter, the window. */
export type Forward = (x: Tensor4D, filter: Tensor4D, window: Window) => Tensor4D

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

/** Convolves with a filter [kh, kw, c, o]. */
export const allChannels: Forward = (x, filter, window) =>
  conv2d(x, filter, [...window.strides], padsOf(x, filter, window), 'NHWC', [...window.dilations])

/** Convolves each channel with its own filter, [kh, kw, c, 1]. */
export const eachChannel: Forward = (x, filter, window) =>
  depthwiseConv2d(x, filter, [...window.strides], padsOf(x, filter, window), 'NHWC', [...window.dilations])

function padsOf(x: Tensor4D, filter: Tensor4D, window: Window) {
  return paddingName(window, x.shape, filter.shape) ?? padding(window)
}

/** A padding that TensorFlow has a name for, else null. Its fast convolutions, oneDNN's, take no other. */
export function paddingName(
  { top, bottom, left, right, strides, dilations }: Window,
  [, height = 1, width = 1]: readonly number[],
  [kh = 1, kw = 1]: readonly number[],
): 'valid' | 'same' | null {
  if (Math.max(top, bottom, left, right) === 0) return 'valid'
  const rows = sameAlong(height, strides[0], (kh - 1) * dilations[0] + 1)
  const columns = sameAlong(width, strides[1], (kw - 1) * dilations[1] + 1)
  return [top, bottom, left, right].join() === [...rows, ...columns].join() ? 'same' : null
}

/** The zeros before and after an axis with which a window makes one cell a stride. */
function sameAlong(size: number, stride: number, reach: number): readonly [number, number] {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size)
  return [Math.floor(total / 2), Math.ceil(total / 2)]
}

/** Rows and columns of [n, h, w, c] from (y, x) on. */
export function crop(t: Tensor4D, y: number, x: number, height: number, width: number): Tensor4D {
  const [n, h, w, c] = t.shape
  return h === height && w === width ? t : slice(t, [0, y, x, 0], [n, height, width, c])
}

/** The cells at each stride, from the first on: a depthwise convolution with ones picks them. */
export function pickCells(x: Tensor4D, { strides }: Window): Tensor4D {
  if (Math.max(...strides) === 1) return x
  return depthwiseConv2d(x, ones([1, 1, x.shape[3], 1]) as Tensor4D, [...strides], 'valid')
}

/** Whether a window has both strides and dilations, which TF.js does not convolve with. */
export function isStridedAndDilated({ strides, dilations }: Window): boolean {
  return Math.max(...strides) > 1 && Math.max(...dilations) > 1
}

/** A filter [kh, kw, c, o] with zeros between its cells, which with dilation 1 does what the filter does dilated. */
export function dilateFilter(filter: Tensor4D, [dy, dx]: readonly [number, number]): Tensor4D {
  const [kh, kw, c, o] = filter.shape
  const wide = concat([reshape(filter, [kh, kw, 1, c * o]), zeros([kh, kw, dx - 1, c * o])], 2)
  const rows = reshape(wide, [kh, 1, kw * dx, c * o])
  const tall = concat([rows, zeros([kh, dy - 1, kw * dx, c * o])], 1)
  const all = reshape(tall, [kh * dy, kw * dx, c, o]) as Tensor4D
  return slice(all, [0, 0, 0, 0], [(kh - 1) * dy + 1, (kw - 1) * dx + 1, c, o])
}
