import { concat, matMul, pad, reshape, slice, type Tensor2D, type Tensor4D, transpose } from '../tf.js'
import { type Shifted, shifted } from './shifted.js'
import type { Window } from './window.js'

/** Rows that one product should have: fewer fill the multiplication kernel badly. */
const FULL_ROWS = 16

function isPointwise([kh, kw]: readonly number[], { top, bottom, left, right, strides }: Window): boolean {
  return [kh, kw, ...strides].every(n => n === 1) && top + bottom + left + right === 0
}

/**
 * dL/dfilter [kh, kw, c, o] of a convolution: for each filter cell, the inputs that it meets times the output's gradient.
 * A product packs its right operand, which costs several times as much an element as transposing the left one does: the
 * narrower of the two stands right, packed once for all filter cells.
 */
export function filterGradient(
  dy: Tensor4D,
  x: Tensor4D,
  shape: Tensor4D['shape'],
  window: Window,
): Tensor4D {
  const [kh, kw, c, o] = shape
  const swap = o > c && c >= FULL_ROWS / 2
  if (isPointwise(shape, window)) {
    const [inputs, gradient] = [reshape(x, [-1, c]) as Tensor2D, reshape(dy, [-1, o]) as Tensor2D]
    const product = swap
      ? transpose(matMul(transpose(gradient), inputs))
      : matMul(transpose(inputs) as Tensor2D, gradient)
    return reshape(product, shape)
  }
  const cells = Array.from({ length: kh * kw }, (_, i) => [Math.floor(i / kw), i % kw] as const)
  const both = shifted(x, dy, [kh, kw], window)
  if (!swap) return reshape(concat(inputsTimesGradient(both, cells), 0), shape)
  const products = gradientTimesInputs(both, cells).map(product => reshape(transpose(product), [1, c * o]))
  return reshape(concat(products, 0), shape)
}

/** Products [c, o], or of several filter cells below each other where c is small. */
function inputsTimesGradient(
  { gradient, run }: Shifted,
  cells: readonly (readonly [number, number])[],
): Tensor2D[] {
  const turned = new Map<Tensor2D, Tensor2D>()
  const inputs = ([ky, kx]: readonly [number, number]) => {
    const { input, start } = run(ky, kx)
    const channels = turned.get(input) ?? transpose(input)
    turned.set(input, channels)
    return slice(channels, [0, start], [channels.shape[0], gradient.shape[0]])
  }
  const together = Math.ceil(FULL_ROWS / (run(0, 0).input.shape[1] ?? 1))
  const products: Tensor2D[] = []
  for (let i = 0; i < cells.length; i += together) {
    const rows = cells.slice(i, i + together).map(inputs)
    products.push(matMul(rows.length === 1 ? rows[0]! : concat(rows, 0), gradient))
  }
  return products
}

/** Products [o, c]: here the gradient is shifted, the other way. */
function gradientTimesInputs(
  { gradient, run }: Shifted,
  cells: readonly (readonly [number, number])[],
): Tensor2D[] {
  const runs = cells.map(([ky, kx]) => run(ky, kx))
  const furthest = Math.max(...runs.map(({ start }) => start))
  const [rows, o] = gradient.shape
  const length = runs[0]!.input.shape[0]
  const turned = pad(transpose(gradient), [
    [0, 0],
    [furthest, length - rows],
  ])
  return runs.map(({ input, start }) => matMul(slice(turned, [0, furthest - start], [o, length]), input))
}
