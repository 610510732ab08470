import { intAttribute, intsAttribute, stringAttribute } from '../attributes.js'
import { GraphError, type Node } from '../types.js'

/**
 * An attribute with one whole number a spatial axis (`pads`: two), `fallback` where it is left out.
 * @throws GraphError for another count or a number below `least`.
 */
export function perAxis(
  node: Node,
  name: string,
  fallback: readonly number[],
  least: number,
): readonly number[] {
  const found = intsAttribute(node, name, fallback)
  if (found.length !== fallback.length || found.some(value => value < least))
    throw new GraphError(
      `node ${node.id} (${node.op}): expected ${fallback.length} ${name} of at least ${least}, found [${found}]`,
    )
  return found
}

/**
 * The sizes of a convolution's kernel, which its weight has too.
 * @throws GraphError where the weight does not fit an input of so many axes or the attribute says something else.
 */
export function kernelSizes(
  node: Node,
  input: readonly number[],
  weight: readonly number[],
): readonly number[] {
  const kernel = weight.slice(2)
  if (input.length < 3 || weight.length !== input.length)
    throw new GraphError(
      `node ${node.id} (${node.op}): a weight of [${weight}] does not fit an input of [${input}]`,
    )
  const stated = intsAttribute(node, 'kernel_shape', kernel)
  if (stated.join() !== kernel.join())
    throw new GraphError(
      `node ${node.id} (${node.op}): kernel_shape is [${stated}], its weight has [${weight}]`,
    )
  return kernel
}

/**
 * Spatial output sizes of a sliding window (Conv, pooling) over inputs of the sizes `spatial`, after the rules of the
 * ONNX operator specification for pads, auto_pad, dilations and ceil_mode.
 */
export function windowOutput(node: Node, spatial: readonly number[], kernel: readonly number[]): number[] {
  const ones = spatial.map(() => 1)
  if (kernel.length !== spatial.length || kernel.some(size => size < 1))
    throw new GraphError(
      `node ${node.id} (${node.op}): a window of [${kernel}] does not fit an input with ${spatial.length} spatial axes`,
    )
  const strides = perAxis(node, 'strides', ones, 1)
  const dilations = perAxis(node, 'dilations', ones, 1)
  const pads = perAxis(
    node,
    'pads',
    [...spatial, ...spatial].map(() => 0),
    0,
  )
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET')
  const round = intAttribute(node, 'ceil_mode', 0) === 1 ? Math.ceil : Math.floor
  return spatial.map((size, axis) => {
    const stride = strides[axis]!
    if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') return Math.ceil(size / stride)
    const padding = autoPad === 'VALID' ? 0 : pads[axis]! + pads[axis + spatial.length]!
    const reach = dilations[axis]! * (kernel[axis]! - 1) + 1
    const steps = round((size + padding - reach) / stride)
    // In ceil mode a last window that would start in the padding behind the input does not count.
    const last = round === Math.ceil && steps * stride >= size + (pads[axis] ?? 0) ? steps - 1 : steps
    if (last < 0) throw new GraphError(`node ${node.id} (${node.op}): its window is larger than its input`)
    return last + 1
  })
}

/**
 * Padding before the input along each spatial axis, auto_pad included.
 * SAME_UPPER puts an odd rest behind the input, SAME_LOWER before it.
 */
export function paddingBefore(node: Node, spatial: readonly number[], kernel: readonly number[]): number[] {
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET')
  const pads = intsAttribute(
    node,
    'pads',
    [...spatial, ...spatial].map(() => 0),
  )
  if (autoPad === 'VALID') return spatial.map(() => 0)
  if (autoPad === 'NOTSET') return spatial.map((_, axis) => pads[axis]!)
  const ones = spatial.map(() => 1)
  const strides = intsAttribute(node, 'strides', ones)
  const dilations = intsAttribute(node, 'dilations', ones)
  return spatial.map((size, axis) => {
    const reach = dilations[axis]! * (kernel[axis]! - 1) + 1
    const total = Math.max(0, (Math.ceil(size / strides[axis]!) - 1) * strides[axis]! + reach - size)
    return autoPad === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2)
  })
}

/**
 * Padding before each spatial axis and behind it, auto_pad included, as far as the windows reach: cells behind the last
 * window are left out, and ceil_mode adds what it reads.
 */
export function windowPadding(
  node: Node,
  spatial: readonly number[],
  kernel: readonly number[],
): readonly (readonly [number, number])[] {
  const ones = spatial.map(() => 1)
  const strides = intsAttribute(node, 'strides', ones)
  const dilations = intsAttribute(node, 'dilations', ones)
  const before = paddingBefore(node, spatial, kernel)
  return windowOutput(node, spatial, kernel).map((output, axis) => {
    const reach = dilations[axis]! * (kernel[axis]! - 1) + 1
    const read = (output - 1) * strides[axis]! + reach
    return [before[axis]!, Math.max(0, read - spatial[axis]! - before[axis]!)]
  })
}

/**
 * How many cells a mean divides by, for each window along each spatial axis: those within the input, or with
 * count_include_pad also those in the padding that the node asks for.
 */
export function countedCells(node: Node, spatial: readonly number[], kernel: readonly number[]): number[][] {
  const ones = spatial.map(() => 1)
  const strides = intsAttribute(node, 'strides', ones)
  const dilations = intsAttribute(node, 'dilations', ones)
  const withPads = intAttribute(node, 'count_include_pad', 0) === 1
  const padding = windowPadding(node, spatial, kernel)
  const asked = intsAttribute(node, 'pads', [])
  return windowOutput(node, spatial, kernel).map((output, axis) => {
    const [before, behind] = padding[axis]!
    const rest = asked[axis + spatial.length] ?? behind
    const [low, high] = withPads ? [-before, spatial[axis]! + rest] : [0, spatial[axis]!]
    return Array.from({ length: output }, (_, i) => {
      const start = i * strides[axis]! - before
      const cellsBefore = (limit: number) =>
        Math.min(kernel[axis]!, Math.max(0, Math.ceil((limit - start) / dilations[axis]!)))
      return cellsBefore(high) - cellsBefore(low)
    })
  })
}
