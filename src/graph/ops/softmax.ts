import { axisAttribute } from '../axes.js'
import type { Op } from './op.js'

/** Softmax and its kin mix the elements along one axis. */
export const softmax: Op = {
  shapes: (node, shapes) => [shapes.of(node.inputs[0] ?? '')],
  couple(node, coupling) {
    const labels = coupling.labels(node.inputs[0] ?? '', node)
    const axis = axisAttribute(node, -1, labels.shape.length)
    const even = coupling.even(labels, [axis], `${node.id}: ${node.op} needs all its channels`)
    coupling.label(node.outputs[0] ?? '', even)
  },
}
