import { intsAttribute } from '../../../graph/attributes.js'
import { windowOutput, windowPadding } from '../../../graph/ops/window.js'
import { GraphError, type Node } from '../../../graph/types.js'
import type { Size } from '../import/value.js'
import { type Attributes, ints, text } from './attribute.js'
import type { Computed } from './value.js'

type Pair = readonly [number, number]

/** A sliding window over a map of known size; each pair is (rows, columns), each padding (before, after). */
export interface Window {
  readonly spatial: Pair
  readonly kernel: Pair
  readonly strides: Pair
  readonly dilations: Pair
  /** What is really read: rows that no window reaches are left out. */
  readonly padding: readonly [Pair, Pair]
  readonly output: Pair
}

function pair(values: readonly number[], what: string): Pair {
  const [rows, columns] = values
  if (rows === undefined || columns === undefined || values.length !== 2)
    throw new GraphError(`expected two spatial axes, found ${values.length} in its ${what}`)
  return [rows, columns]
}

/** The spatial size of a map [n, c, h, w]. @throws GraphError for another rank, or a size that is not known. */
export function spatialOf({ shape }: Pick<Computed, 'shape'>): Pair {
  const [, , ...spatial] = shape
  if (spatial.length !== 2)
    throw new GraphError(`expected a map of two spatial axes, found a value of ${shape.length} axes`)
  const known = (size: Size | undefined) => {
    if (size === null || size === undefined) throw new GraphError('the size of its map depends on the batch')
    return size
  }
  return [known(spatial[0]), known(spatial[1])]
}

/** The window of a Conv or a pool over a map. */
export function windowOf(node: Node, spatial: Pair, kernel: Pair): Window {
  const strides = pair(intsAttribute(node, 'strides', [1, 1]), 'strides')
  const dilations = pair(intsAttribute(node, 'dilations', [1, 1]), 'dilations')
  const output = pair(windowOutput(node, spatial, kernel), 'output')
  const [rows, columns] = windowPadding(node, spatial, kernel)
  return { spatial, kernel, strides, dilations, padding: [rows!, columns!], output }
}

/** The kernel of a pool. */
export function kernelOf(node: Node): Pair {
  return pair(intsAttribute(node, 'kernel_shape', []), 'kernel_shape')
}

/** Four numbers as TensorFlow wants them, for [n, h, w, c]. */
export function spread([rows, columns]: Pair): readonly number[] {
  return [1, rows, columns, 1]
}

/** Whether no cell is added around the map. */
export function isUnpadded({ padding }: Window): boolean {
  return padding.flat().every(size => size === 0)
}

/** Whether the padding is TensorFlow's SAME: as little as gives ceil(size / stride) cells, an odd one behind the map. */
export function isSame({ spatial, kernel, strides, dilations, padding, output }: Window): boolean {
  return ([0, 1] as const).every(axis => {
    const reach = dilations[axis] * (kernel[axis] - 1) + 1
    const total = Math.max(
      0,
      (Math.ceil(spatial[axis] / strides[axis]) - 1) * strides[axis] + reach - spatial[axis],
    )
    const [before, after] = padding[axis]
    return (
      output[axis] === Math.ceil(spatial[axis] / strides[axis]) &&
      before === Math.floor(total / 2) &&
      after === Math.ceil(total / 2)
    )
  })
}

/** The attributes that say where a convolution's window stands. */
export function windowAttributes(window: Window): Attributes {
  const shared = {
    data_format: text('NHWC'),
    strides: ints(spread(window.strides)),
    dilations: ints(spread(window.dilations)),
  }
  if (isUnpadded(window)) return { ...shared, padding: text('VALID') }
  if (isSame(window)) return { ...shared, padding: text('SAME') }
  const around = [0, 0, ...window.padding.flat(), 0, 0]
  return { ...shared, padding: text('EXPLICIT'), explicit_paddings: ints(around) }
}
