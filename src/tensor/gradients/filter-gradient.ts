import { add, eye, matMul, reshape, slice, type Tensor2D, type Tensor4D, tidy, transpose } from '../tf.js'
import { allChannels, crop, pickCells, type Window } from './window.js'

/** Rows that one product should have: fewer fill the multiplication kernel badly. */
const FULL_ROWS = 16

/** Inputs of a window that are few enough to be copied for each output cell. */
const FEW = 32

/** dL/dfilter [kh, kw, c, o] of a convolution. */
export function filterGradient(
  dy: Tensor4D,
  x: Tensor4D,
  shape: Tensor4D['shape'],
  window: Window,
): Tensor4D {
  const [kh, kw, c, o] = shape
  const { top, bottom, left, right } = window
  if (kh * kw === 1 && Math.max(top, bottom, left, right) === 0)
    return reshape(pointwiseGradient(dy, pickCells(x, window)), shape)
  if (kh * kw * c <= Math.min(o, FEW)) return reshape(product(patches(x, [kh, kw], window), dy), shape)
  return inParts(dy, x, (dy, x) => windowedGradient(dy, x, [kh, kw], window))
}

/**
 * Inputs times the output's gradient, summed over all cells. A product packs its right operand, which costs several times
 * as much an element as transposing the left one does: the narrower of the two stands right.
 */
function pointwiseGradient(dy: Tensor4D, x: Tensor4D): Tensor2D {
  const [c, o] = [x.shape[3], dy.shape[3]]
  return o > c && c >= FULL_ROWS / 2 ? transpose(product(dy, x)) : product(x, dy)
}

/** [..., a] and [..., b] to [a, b]: products of all pairs of channels, summed over all cells. */
function product(a: Tensor4D, b: Tensor4D): Tensor2D {
  const rows = (t: Tensor4D) => reshape(t, [-1, t.shape[3]]) as Tensor2D
  return matMul(transpose(rows(a)), rows(b))
}

/** What each window reads, [n, oh, ow, kh kw c]: by a filter of ones and zeros. */
function patches(x: Tensor4D, [kh, kw]: readonly [number, number], window: Window): Tensor4D {
  const c = x.shape[3]
  return allChannels(x, reshape(eye(kh * kw * c), [kh, kw, c, kh * kw * c]) as Tensor4D, window)
}

/**
 * A convolution of the inputs, as images with a sample a channel, with the output's gradient as the filter. It makes a cell
 * for each place of the gradient on an image, which is a filter cell; strides and dilations change roles.
 */
function windowedGradient(
  dy: Tensor4D,
  x: Tensor4D,
  kernel: readonly [number, number],
  window: Window,
): Tensor4D {
  const [n, height, width, o] = dy.shape
  // A permutation of fewer axes is faster.
  const places = transpose(reshape(dy, [n, height * width, o]), [1, 0, 2])
  const filter = reshape(places, [height, width, n, o]) as Tensor4D
  return Math.max(...window.dilations) > 1
    ? imageByChannel(x, filter, kernel, window)
    : channelsAbreast(x, filter, kernel, window)
}

/**
 * One image, the input channels of each of its cells beside each other: the multiplication kernel takes four rows at a
 * time, of one image, and the nine cells of a filter do not fill them.
 */
function channelsAbreast(
  x: Tensor4D,
  filter: Tensor4D,
  [kh, kw]: readonly [number, number],
  { top, bottom, left, right, strides }: Window,
): Tensor4D {
  const [n, height, width, c] = x.shape
  const image = transpose(reshape(x, [n, height * width, c]), [1, 2, 0])
  const cells = allChannels(reshape(image, [1, height, width * c, n]) as Tensor4D, filter, {
    top,
    bottom,
    left: left * c,
    right: right * c,
    strides: [1, 1],
    dilations: [strides[0], strides[1] * c],
  })
  // Input cells that no window reads leave room for more places.
  return reshape(crop(cells, 0, 0, kh, kw * c), [kh, kw, c, filter.shape[3]])
}

/** An image for each input channel: TF.js has no convolution with dilations along one axis and strides along the other. */
function imageByChannel(
  x: Tensor4D,
  filter: Tensor4D,
  [kh, kw]: readonly [number, number],
  window: Window,
): Tensor4D {
  const images = transpose(x, [3, 1, 2, 0]) as Tensor4D
  const cells = allChannels(images, filter, {
    ...window,
    strides: window.dilations,
    dilations: window.strides,
  })
  return transpose(crop(cells, 0, 0, kh, kw), [1, 2, 0, 3])
}

/** Elements of a gradient that are worked on at a time: as filters they are read again and again, and should fit the cache. */
const CHUNK = 1 << 18

/** Sums up what `work` makes of some samples at a time. */
function inParts(dy: Tensor4D, x: Tensor4D, work: (dy: Tensor4D, x: Tensor4D) => Tensor4D): Tensor4D {
  const [n] = dy.shape
  const parts = Math.min(n, Math.ceil(dy.size / CHUNK))
  if (parts <= 1) return work(dy, x)
  const starts = Array.from({ length: parts + 1 }, (_, i) => Math.floor((i * n) / parts))
  const sums = starts.slice(0, -1).map((first, i) => {
    const count = starts[i + 1]! - first
    const some = (t: Tensor4D) => slice(t, [first, 0, 0, 0], [count, t.shape[1], t.shape[2], t.shape[3]])
    return tidy(() => work(some(dy), some(x)))
  })
  return sums.reduce((whole, part) => add(whole, part) as Tensor4D)
}
