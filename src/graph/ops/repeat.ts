import { takeEach } from '../coupling/labels.js'
import { broadcastShape } from './elementwise.js'
import type { Op } from './op.js'

/** Tile: copies side by side have the same channels. */
export const tile: Op = {
  shapes(node, shapes) {
    const repeats = shapes.integers(node.inputs[1] ?? '')
    return (
      repeats && [shapes.of(node.inputs[0] ?? '').map((size, axis) => size * (repeats[axis]?.value ?? 1))]
    )
  },
  couple(node, coupling) {
    const [output = ''] = node.outputs
    const shape = coupling.shape(output)
    const labels = shape.reduce(
      (whole, size, axis) => {
        const own = whole.shape[axis]!
        return takeEach(whole, axis, size, i => i % own)
      },
      coupling.labels(node.inputs[0] ?? '', node),
    )
    coupling.label(output, labels)
  },
}

/** Expand: axes of length 1 are repeated; a size that it is given and that counts channels changes with them. */
export const expandTo: Op = {
  shapes(node, shapes) {
    const wanted = shapes.integers(node.inputs[1] ?? '')?.map(({ value }) => value)
    return wanted && [broadcastShape(node, [shapes.of(node.inputs[0] ?? ''), wanted])]
  },
  couple(node, coupling) {
    const [input = '', target = ''] = node.inputs
    const [output = ''] = node.outputs
    const shape = coupling.shape(output)
    const { extent, atoms, shape: own } = coupling.labels(input, node)
    const ones = shape.slice(own.length).map(() => 1)
    const labels = { shape, extent: [...ones, ...extent], atoms }
    const wanted = coupling.integers(target) ?? []
    for (const [i, number] of wanted.entries()) {
      const axis = i + shape.length - wanted.length
      if (number.value !== 1) coupling.counts.push({ node, number, whole: labels, part: labels, axis })
    }
    coupling.label(output, labels)
  },
}
