import { intsAttribute } from '../attributes.js'
import type { Coupling } from '../coupling/coupling.js'
import { alongAxis } from '../coupling/labels.js'
import type { Node } from '../types.js'
import type { Op } from './op.js'
import { windowOutput } from './window.js'

/** Each channel is pooled alone. The places that MaxPool found count on through all channels. */
function couple(node: Node, coupling: Coupling): void {
  const [output = '', places = ''] = node.outputs
  if (places !== '') {
    coupling.opaque(node, `${node.id}: the places of the largest count the channels`)
    return
  }
  const channels = coupling.channels(coupling.labels(node.inputs[0] ?? '', node), 1, node)
  coupling.label(output, alongAxis(coupling.shape(output), 1, channels))
}

/** MaxPool and AveragePool. */
export const pool: Op = {
  shapes(node, shapes) {
    const [batch = 1, channels = 1, ...spatial] = shapes.of(node.inputs[0] ?? '')
    const shape = [
      batch,
      channels,
      ...windowOutput(node, spatial, intsAttribute(node, 'kernel_shape', spatial)),
    ]
    return node.outputs.map(() => shape)
  },
  couple,
}

/** GlobalAveragePool and GlobalMaxPool. */
export const globalPool: Op = {
  shapes: (node, shapes) => [shapes.of(node.inputs[0] ?? '').map((size, axis) => (axis < 2 ? size : 1))],
  couple,
}
