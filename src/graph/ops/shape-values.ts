import type { Op } from './op.js'

/** Shape: a list of sizes. It reads no channel's value, but what it says changes when channels go. */
export const shapeOf: Op = {
  shapes: (node, shapes) => [
    [shapes.integers(node.outputs[0] ?? '')?.length ?? shapes.of(node.inputs[0] ?? '').length],
  ],
  couple() {
    // The sizes are computed anew in the smaller graph; Reshape looks at whether they are what it needs.
  },
}
