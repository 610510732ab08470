import { intAttribute } from '../attributes.js'
import { GraphError, type Node } from '../types.js'
import type { Op } from './op.js'

/** In training mode it takes the statistics of the batch, and a sample's result would depend on its neighbours. */
function assertInference(node: Node): void {
  if (intAttribute(node, 'training_mode', 0) !== 0)
    throw new GraphError(
      `node ${node.id} (BatchNormalization): it is in training mode; export the model for inference`,
    )
}

/** Batch normalisation in inference mode: scale, shift, mean and variance are one value a channel. */
export const batchNorm: Op = {
  shapes(node, shapes) {
    assertInference(node)
    const [input = '', scale = ''] = node.inputs
    return node.outputs.map((_, i) => shapes.of(i === 0 ? input : scale))
  },
  couple(node, coupling) {
    const [input = '', ...parameters] = node.inputs
    const labels = coupling.labels(input, node)
    const channels = coupling.channels(labels, 1, node)
    for (const name of parameters) coupling.parameter(name, 0, channels, node)
    coupling.label(node.outputs[0] ?? '', labels)
  },
}
