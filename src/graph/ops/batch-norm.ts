import { axisAtoms } from '../coupling/labels.js'
import type { Op } from './op.js'

/** Batch normalisation in inference mode: scale, shift, mean and variance are one value a channel. */
export const batchNorm: Op = {
  shapes: (node, shapes) =>
    node.outputs.map((_, i) => (i === 0 ? shapes.of(node.inputs[0] ?? '') : shapes.of(node.inputs[1] ?? ''))),
  couple(node, coupling) {
    const [input = '', ...parameters] = node.inputs
    const labels = coupling.labels(input, node)
    const channels = axisAtoms(labels, 1)
    if (channels === undefined)
      return coupling.opaque(node, `${node.id}: channels of its input depend on position`)
    for (const name of parameters) coupling.tieAll(coupling.axis(name, 0, 'parameter', node), channels)
    coupling.label(node.outputs[0] ?? '', labels)
  },
}
