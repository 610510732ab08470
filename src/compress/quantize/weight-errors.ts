import { indexAlong } from '../../graph/axes.js'
import { integerRange, nearestInteger } from '../../graph/fake-quantize.js'
import { floats, floatTensor } from '../../graph/tensor.js'
import type { Graph, Tensor } from '../../graph/types.js'
import { linearLayers, weightMatrix } from '../layer.js'
import type { Moments } from '../moments.js'
import { quantizableLayers, type WeightGroup } from './layers.js'
import { channelsOf, weightScales } from './weight-scales.js'

/**
 * How much of a layer's output energy rounding its weights costs, at each number of bits, in [0,1]: by the second moments
 * of what the layer reads where calibration knows them, else of the weights alone. By the first layer of each weight.
 */
export function weightErrors(
  graph: Graph,
  moments: readonly Moments[],
  bits: readonly number[],
): ReadonlyMap<string, readonly number[]> {
  const energies = energiesOf(graph, moments)
  return new Map(
    quantizableLayers(graph).weights.map(group => {
      const weight = graph.initializers.get(group.name)!
      const energy = energies(group, weight)
      const whole = energy(weight)
      const errorAt = (width: number) => {
        const lost = energy(roundingOf(weight, group.axis, width))
        return whole > 0 ? Math.min(1, lost / whole) : 0
      }
      return [group.layers[0]!, bits.map(errorAt)] as const
    }),
  )
}

/** What rounding takes from a weight. */
function roundingOf(weight: Tensor, axis: number | null, bits: number): Tensor {
  const scales = weightScales(weight, axis, { bits, method: 'mse', least: [] })
  const range = integerRange({ bits, signed: true })
  const indexOf = indexAlong(weight.shape, axis)
  const data = floats(weight).map((w, i) => {
    const scale = scales[indexOf(i)]!
    return nearestInteger(w, scale, range) * scale - w
  })
  return floatTensor(weight.shape, data)
}

/** The energy that a tensor in a weight's place makes of what its layer reads, up to what columns have in common. */
function energiesOf(graph: Graph, moments: readonly Moments[]) {
  const known = new Map(moments.map(m => [m.node, m]))
  const layers = new Map(linearLayers(graph).map(layer => [layer.weight, layer]))
  return ({ name, axis }: WeightGroup, weight: Tensor) => {
    const layer = layers.get(name)
    const seen = known.get(layer?.node ?? '')
    if (layer === undefined || seen === undefined)
      return (tensor: Tensor) => channelsOf(tensor, axis).reduce((sum, channel) => sum + squares(channel), 0)
    const { columns, second } = seen
    return (tensor: Tensor) =>
      weightMatrix(layer, { ...weight, data: tensor.data }).reduce(
        (sum, w, i) => sum + w * w * second[(i % columns) * (columns + 1)]!,
        0,
      )
  }
}

function squares(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0)
}
