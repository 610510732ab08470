import { intAttribute } from '../attributes.js'
import { axisAttribute } from '../axes.js'
import { GraphError } from '../types.js'
import type { Op } from './op.js'

/** InstanceNormalization: each channel by its own statistics, then its own scale and bias. */
export const instanceNorm: Op = {
  shapes: (node, shapes) => [shapes.of(node.inputs[0] ?? '')],
  couple(node, coupling) {
    const [input = '', ...parameters] = node.inputs
    const labels = coupling.labels(input, node)
    const channels = coupling.channels(labels, 1, node)
    for (const name of parameters) coupling.parameter(name, 0, channels, node)
    coupling.label(node.outputs[0] ?? '', labels)
  },
}

/**
 * GroupNormalization: each group of channels by the group's statistics, so a group lives or dies as a whole. Scale and
 * bias are one value a group before operator set 21, one a channel since.
 */
export const groupNorm: Op = {
  ...instanceNorm,
  couple(node, coupling) {
    const [input = '', ...parameters] = node.inputs
    const labels = coupling.labels(input, node)
    const channels = coupling.channels(labels, 1, node)
    const groups = intAttribute(node, 'num_groups', 1)
    const perGroup = channels.length / groups
    if (!Number.isInteger(perGroup))
      throw new GraphError(`node ${node.id} (${node.op}): ${channels.length} channels in ${groups} groups`)
    for (let c = 0; c < channels.length; c++) coupling.atoms.tie(channels[c]!, channels[c - (c % perGroup)]!)
    const firsts = channels.filter((_, c) => c % perGroup === 0)
    for (const name of parameters)
      coupling.parameter(name, 0, coupling.shape(name)[0] === groups ? firsts : channels, node)
    coupling.label(node.outputs[0] ?? '', labels)
  },
}

/**
 * LayerNormalization: over fewer channels its statistics are those of the channels that stay, so a narrower net is
 * another function than the wide one with the rest set to zero; it is as valid a net, and fine-tuning makes up for it.
 */
export const layerNorm: Op = {
  shapes(node, shapes) {
    const from = shapes.of(node.inputs[0] ?? '')
    const axis = axisAttribute(node, -1, from.length)
    const statistics = from.map((size, a) => (a < axis ? size : 1))
    return node.outputs.map((_, i) => (i === 0 ? from : statistics))
  },
  couple(node, coupling) {
    const [input = '', ...parameters] = node.inputs
    const labels = coupling.labels(input, node)
    const from = axisAttribute(node, -1, labels.shape.length)
    const axes = labels.extent.flatMap((size, axis) => (size > 1 && axis >= from ? [axis] : []))
    const [axis] = axes
    if (node.outputs.length > 1 || axes.length > 1)
      return coupling.opaque(node, `${node.id}: its statistics are read, or go over channels on several axes`)
    if (axis !== undefined) {
      const given = parameters.filter(name => name !== '')
      if (given.some(name => coupling.shape(name)[axis - from] !== labels.shape[axis]))
        return coupling.opaque(node, `${node.id}: its scale or bias is not one value a channel`)
      const channels = coupling.channels(labels, axis, node)
      for (const name of given) coupling.parameter(name, axis - from, channels, node)
    }
    coupling.label(node.outputs[0] ?? '', labels)
  },
}
