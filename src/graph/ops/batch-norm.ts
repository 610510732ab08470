import type { Op } from './op.js'

/** Batch normalisation in inference mode: scale, shift, mean and variance are one value a channel. */
export const batchNorm: Op = {
  shapes: (node, shapes) =>
    node.outputs.map((_, i) => (i === 0 ? shapes.of(node.inputs[0] ?? '') : shapes.of(node.inputs[1] ?? ''))),
  couple(node, coupling) {
    const [input = '', ...parameters] = node.inputs
    const labels = coupling.labels(input, node)
    const channels = coupling.channels(labels, 1, node)
    for (const name of parameters) coupling.tieAll(coupling.axis(name, 0, 'parameter', node), channels)
    coupling.label(node.outputs[0] ?? '', labels)
  },
}
