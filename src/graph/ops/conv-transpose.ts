import { intAttribute, intsAttribute, stringAttribute } from '../attributes.js'
import { alongAxis } from '../coupling/labels.js'
import { elementCount } from '../tensor.js'
import { GraphError, type Node } from '../types.js'
import type { Op, Shapes } from './op.js'
import { kernelSizes, perAxis } from './window.js'

/** Spatial sizes after the ONNX specification of ConvTranspose. */
function outputSizes(node: Node, spatial: readonly number[], kernel: readonly number[]): number[] {
  const given = intsAttribute(node, 'output_shape', [])
  if (given.length > 0) return given.slice(-spatial.length)
  const each = (name: string, value: number, least: number) =>
    perAxis(
      node,
      name,
      spatial.map(() => value),
      least,
    )
  const [strides, dilations, extra] = [
    each('strides', 1, 1),
    each('dilations', 1, 1),
    each('output_padding', 0, 0),
  ]
  const pads = perAxis(node, 'pads', [...spatial, ...spatial].fill(0), 0)
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET')
  return spatial.map((size, axis) => {
    if (autoPad.startsWith('SAME')) return size * strides[axis]!
    const padding = autoPad === 'VALID' ? 0 : pads[axis]! + pads[axis + spatial.length]!
    const reach = dilations[axis]! * (kernel[axis]! - 1) + 1
    return strides[axis]! * (size - 1) + extra[axis]! + reach - padding
  })
}

/** Along one axis: sizes before and after, the reach of the dilated kernel, the stride. */
export interface TransposedAxis {
  readonly input: number
  readonly output: number
  readonly reach: number
  readonly stride: number
}

/**
 * Cells cut off before the output along a spatial axis, from the specification of ConvTranspose. Negative where an
 * output_shape asks for more than there is.
 */
export function cutBefore(
  node: Node,
  axis: number,
  { input, output, reach, stride }: TransposedAxis,
): number {
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET')
  if (intsAttribute(node, 'output_shape', []).length === 0 && !autoPad.startsWith('SAME'))
    return autoPad === 'VALID' ? 0 : (intsAttribute(node, 'pads', [])[axis] ?? 0)
  const extra = intsAttribute(node, 'output_padding', [])[axis] ?? 0
  const total = (input - 1) * stride + reach + extra - output
  return autoPad === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2)
}

/** Transposed convolution; its weight is [in, out / groups, ...kernel]. */
export const convTranspose: Op = {
  shapes(node, shapes) {
    const [input = '', weight = ''] = node.inputs
    const [from, filter] = [shapes.of(input), shapes.of(weight)]
    const kernel = kernelSizes(node, from, filter)
    const [batch = 1, channels = 0, ...spatial] = from
    const [read = 0, perGroup = 1] = filter
    const groups = intAttribute(node, 'group', 1)
    if (groups < 1 || read !== channels || channels % groups !== 0)
      throw new GraphError(
        `node ${node.id} (ConvTranspose): a weight of [${filter}] in ${groups} groups does not fit an input of ${channels} channels`,
      )
    return [[batch, perGroup * groups, ...outputSizes(node, spatial, kernel)]]
  },

  couple(node, coupling) {
    const [input = '', weight = '', bias = ''] = node.inputs
    if (coupling.constant(weight) === undefined)
      return coupling.opaque(node, `${node.id}: the weight of ${node.op} is computed, not a constant`)
    const channels = coupling.channels(coupling.labels(input, node), 1, node)
    const groups = intAttribute(node, 'group', 1)
    const perGroup = channels.length / groups
    const depthwise = groups > 1 && perGroup === 1
    const read = coupling.axis(weight, 0, depthwise ? 'parameter' : 'consumer', node)
    coupling.tieAll(read, channels)
    const block = coupling.axis(weight, 1, depthwise ? 'parameter' : 'producer', node)
    const made = Int32Array.from({ length: block.length * groups }, (_, j) =>
      depthwise ? channels[Math.floor(j / block.length)]! : block[j % block.length]!,
    )
    if (depthwise) {
      // A channel goes with all it makes, so what one channel makes stays.
      for (const atom of block) coupling.atoms.freeze(atom, `${node.id}: outputs of one input channel`)
    } else {
      // Every block of a grouped convolution loses the same places, so that the blocks stay equally wide.
      for (let c = perGroup; c < read.length; c++) coupling.atoms.tie(read[c]!, read[c % perGroup]!)
    }
    if (bias !== '') coupling.parameter(bias, 0, made, node)
    const [output = ''] = node.outputs
    coupling.label(output, alongAxis(coupling.shape(output), 1, made))
  },

  macs(node: Node, shapes: Shapes) {
    const [input = '', weight = ''] = node.inputs
    const [batch = 1, , ...spatial] = shapes.of(input)
    return [{ kind: 'weight', weight, positions: elementCount([batch, ...spatial]) }]
  },
}
