import { intsAttribute } from '../graph/attributes.js'
import { paddingBefore, windowOutput } from '../graph/ops/window.js'
import type { Graph, Node } from '../graph/types.js'
import { permutation, type Random } from '../random.js'
import type { LinearLayer } from './layer.js'

/** A layer's input values for several samples, row-major. */
export interface Activations {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

/**
 * Rows that a layer multiplies its W with (im2col), [rows, layer.columns] row-major: for a dense layer each sample's
 * input, for a convolution the patches at `perSample` output places of every sample, drawn without replacement.
 */
export function patchRows(
  graph: Graph,
  layer: LinearLayer,
  x: Activations,
  perSample: number,
  random: Random,
): Float32Array {
  const node = graph.nodes.find(candidate => candidate.id === layer.node)
  if (node === undefined || node.op !== 'Conv') return x.data
  return convolutionRows(node, graph.initializers.get(layer.weight)?.shape ?? [], layer, x, perSample, random)
}

function convolutionRows(
  node: Node,
  weight: readonly number[],
  layer: LinearLayer,
  { data, shape }: Activations,
  perSample: number,
  random: Random,
): Float32Array {
  const [samples = 0, channels = 0, height = 0, width = 0] = shape
  const [kernelHeight = 1, kernelWidth = 1] = weight.slice(2)
  const [outHeight = 1, outWidth = 1] = windowOutput(node, [height, width], [kernelHeight, kernelWidth])
  const [top = 0, left = 0] = paddingBefore(node, [height, width], [kernelHeight, kernelWidth])
  const [strideY = 1, strideX = 1] = intsAttribute(node, 'strides', [1, 1])
  const [dilationY = 1, dilationX = 1] = intsAttribute(node, 'dilations', [1, 1])
  const places = Math.min(perSample, outHeight * outWidth)
  const rows = new Float32Array(samples * places * layer.columns)
  let to = 0
  for (let sample = 0; sample < samples; sample++) {
    for (const place of permutation(outHeight * outWidth, random).subarray(0, places)) {
      const y0 = Math.floor(place / outWidth) * strideY - top
      const x0 = (place % outWidth) * strideX - left
      for (let channel = 0; channel < channels; channel++) {
        const plane = (sample * channels + channel) * height
        for (let ky = 0; ky < kernelHeight; ky++) {
          const y = y0 + ky * dilationY
          for (let kx = 0; kx < kernelWidth; kx++, to++) {
            const x = x0 + kx * dilationX
            // Outside the input lies the zero padding, which the rows already hold.
            if (y >= 0 && y < height && x >= 0 && x < width) rows[to] = data[(plane + y) * width + x]!
          }
        }
      }
    }
  }
  return rows
}
