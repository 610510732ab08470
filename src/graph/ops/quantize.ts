import type { Op } from './op.js'

/**
 * QuantizeLinear and DequantizeLinear of a value: each element on its own, so channels go through where one scale serves
 * all. A quantised weight, or scales by channel, stay whole: pruning starts from the float weights.
 */
export const quantize: Op = {
  shapes: (node, shapes) => [shapes.of(node.inputs[0] ?? '')],
  couple(node, coupling) {
    const [input = '', scale = ''] = node.inputs
    const constant = coupling.constant(input) !== undefined
    if (constant || coupling.constant(scale)?.data.length !== 1)
      return coupling.opaque(
        node,
        constant ? `${node.id}: a quantised weight` : `${node.id}: a scale for each channel`,
      )
    coupling.label(node.outputs[0] ?? '', coupling.labels(input, node))
  },
}
