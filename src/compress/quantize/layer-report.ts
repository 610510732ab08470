import { type FakeQuantize, fakeQuantizeOf } from '../../graph/fake-quantize.js'
import { elementCount, floats, storedBytes } from '../../graph/tensor.js'
import type { Graph } from '../../graph/types.js'
import { endsOf, type Range } from './grid.js'
import type { Histogram } from './histogram.js'
import { INT4_OPSET, withInt4 } from './int4.js'
import { quantizableLayers } from './layers.js'
import { clippedShare } from './ranges.js'
import { dequantizedBy } from './rounded.js'

/** What quantisation does to a layer. */
export interface LayerReport {
  readonly node: string
  readonly op: string
  /** Bits of its weight and of what it reads, which others may have rounded; null is float. */
  readonly weightBits: number | null
  readonly activationBits: number | null
  /**
   * Power of the weight over that of its rounding error, dB; null for a float weight or one that is met exactly. Where
   * rounding makes up for itself, this is less than by rounding to nearest, and the error of what the layer makes smaller.
   */
  readonly weightSnr: number | null
  /** Share of what it read on calibration samples that lies outside the grid's range, in [0,1]; null for float. */
  readonly clipped: number | null
  /** Bytes of the weight in an .onnx file, without scales, and what its bits alone would take. */
  readonly weightBytes: number
  readonly packedBytes: number
}

/** What an inserted quantiser does to each layer that can have one; a shared weight's bytes count for its first layer. */
export function reportLayers(
  graph: Graph,
  inserted: Graph,
  histograms: ReadonlyMap<string, Histogram>,
): LayerReport[] {
  const quantizers = new Map(
    inserted.nodes.flatMap(node => {
      const q = fakeQuantizeOf(node)
      return q === undefined ? [] : [[q.input, q] as const]
    }),
  )
  const int4 = (withInt4(graph)?.opset ?? 0) >= INT4_OPSET
  const counted = new Set<string>()
  return quantizableLayers(graph).layers.map(({ node, op, weight, activation }) => {
    const [w, a] = [quantizers.get(weight), quantizers.get(activation)]
    const tensor = graph.initializers.get(weight)!
    const count = counted.has(weight) ? 0 : elementCount(tensor.shape)
    counted.add(weight)
    const dtype = w === undefined ? 'float32' : w.bits <= 4 && int4 ? 'int4' : 'int8'
    const histogram = histograms.get(activation)
    return {
      node,
      op,
      weightBits: w?.bits ?? null,
      activationBits: a?.bits ?? null,
      weightSnr: w === undefined ? null : snr(floats(tensor), dequantizedBy(inserted, w)),
      clipped:
        a === undefined || histogram === undefined ? null : clippedShare(histogram, roundedTo(inserted, a)),
      weightBytes: storedBytes(dtype, count),
      packedBytes: Math.ceil((count * (w?.bits ?? 32)) / 8),
    }
  })
}

/** All that a grid's ends are nearest to, but for what lies beyond by more than half a step. */
function roundedTo({ initializers }: Graph, { scale, zeroPoint, bits }: FakeQuantize): Range {
  const number = (name: string) => Number(initializers.get(name)?.data[0] ?? 0)
  const grid = { scale: number(scale), zero: number(zeroPoint) }
  const { low, high } = endsOf(grid, bits)
  return { low: low - grid.scale / 2, high: high + grid.scale / 2 }
}

/** Signal to noise in decibels; null where there is no noise. */
function snr(signal: Float32Array, found: Float32Array): number | null {
  let [power, noise] = [0, 0]
  signal.forEach((x, i) => {
    power += x * x
    noise += (x - found[i]!) ** 2
  })
  return noise === 0 ? null : 10 * Math.log10(power / noise)
}
