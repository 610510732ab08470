import { intAttribute } from '../attributes.js'
import { alongAxis } from '../coupling/labels.js'
import { elementCount } from '../tensor.js'
import { GraphError, type Node } from '../types.js'
import type { Op, Shapes } from './op.js'
import { kernelSizes, windowOutput } from './window.js'

function outputShape(node: Node, shapes: Shapes): number[] {
  const [input = '', weight = ''] = node.inputs
  const [from, filter] = [shapes.of(input), shapes.of(weight)]
  const kernel = kernelSizes(node, from, filter)
  const [batch = 1, channels = 0, ...spatial] = from
  const [outChannels = 0, perGroup = 0] = filter
  const groups = intAttribute(node, 'group', 1)
  if (groups < 1 || perGroup * groups !== channels || outChannels % groups !== 0)
    throw new GraphError(
      `node ${node.id} (Conv): a weight of [${filter}] in ${groups} groups does not fit an input of ${channels} channels`,
    )
  return [batch, outChannels, ...windowOutput(node, spatial, kernel)]
}

/** Convolution, grouped and depthwise included. */
export const conv: Op = {
  shapes: (node, shapes) => [outputShape(node, shapes)],

  couple(node, coupling) {
    const [input = '', weight = '', bias = ''] = node.inputs
    if (coupling.constant(weight) === undefined) {
      return coupling.opaque(node, `${node.id}: the weight of ${node.op} is computed, not a constant`)
    }
    const channels = coupling.channels(coupling.labels(input, node), 1, node)
    const groups = intAttribute(node, 'group', 1)
    const perGroup = coupling.shape(weight)[1] ?? 1
    const depthwise = perGroup === 1 && groups > 1
    const made = coupling.axis(weight, 0, depthwise ? 'parameter' : 'producer', node)
    const read = coupling.axis(weight, 1, 'consumer', node)
    if (depthwise) {
      // Output channel j reads input channel floor(j / multiplier) and lives and dies with it.
      const multiplier = made.length / groups
      for (let j = 0; j < made.length; j++)
        coupling.atoms.tie(made[j]!, channels[Math.floor(j / multiplier)]!)
      coupling.atoms.freeze(read[0]!, 'one input channel a group')
    } else {
      // Every block of a grouped convolution loses the same places, so that the blocks stay equally wide.
      for (let c = 0; c < channels.length; c++) coupling.atoms.tie(channels[c]!, read[c % perGroup]!)
      const block = made.length / groups
      for (let j = block; j < made.length; j++) coupling.atoms.tie(made[j]!, made[j % block]!)
    }
    if (bias !== '') coupling.parameter(bias, 0, made, node)
    const [output = ''] = node.outputs
    coupling.label(output, alongAxis(coupling.shape(output), 1, made))
  },

  macs(node, shapes) {
    const [, weight = ''] = node.inputs
    const [batch = 1, , ...spatial] = outputShape(node, shapes)
    return [{ kind: 'weight', weight, positions: elementCount([batch, ...spatial]) }]
  },
}
