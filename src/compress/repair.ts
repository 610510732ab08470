import type { ChannelGroup } from '../graph/groups.js'
import { type KeptChannels, keptIndices } from '../graph/slice.js'
import { floats } from '../graph/tensor.js'
import type { Graph, Tensor } from '../graph/types.js'
import { fromWeightMatrix, type LinearLayer } from './layer.js'
import { layerSystems } from './layer-systems.js'
import { reconstruct } from './least-squares.js'
import type { Moments } from './moments.js'
import { recent } from './recent.js'

/** Repairs every layer that loses inputs; the result has the original's shapes and is then sliced. */
export type Repair = (kept: KeptChannels) => Graph

/** A layer with what stays of its inputs in one choice of channels. */
interface CutLayer {
  readonly layer: LinearLayer
  readonly keptColumns: Int32Array
}

/** The repairable layers that lose inputs under `kept`, with the columns that stay. */
export function cutLayers(
  layers: readonly LinearLayer[],
  groups: readonly ChannelGroup[],
  kept: KeptChannels,
): CutLayer[] {
  const indices = keptIndices(groups, kept)
  return layers.flatMap(layer => {
    const stays = indices.get(layer.weight)?.get(layer.contracted)
    return stays === undefined ? [] : [{ layer, keptColumns: columnsOf(stays, layer.cells) }]
  })
}

function columnsOf(channels: Int32Array, cells: number): Int32Array {
  return Int32Array.from(
    { length: channels.length * cells },
    (_, i) => channels[Math.floor(i / cells)]! * cells + (i % cells),
  )
}

/** A reconstruction as it is remembered: weights rounded to what the graph holds. */
interface Solution {
  readonly weight: Float32Array
  readonly shift: Float64Array
}

/** Bytes of solutions that are remembered: all of a small network's, and not a share of a large one's memory. */
const REMEMBERED = 64 * 2 ** 20

/**
 * A repairer for one graph. A layer's solution depends only on which of its inputs stay, and a search meets few such
 * choices a layer, so each is solved once and remembered, as far as there is room.
 */
export function createRepair(
  graph: Graph,
  groups: readonly ChannelGroup[],
  moments: readonly Moments[],
): Repair {
  const { layers, systemOf } = layerSystems(graph, moments)
  const solved = recent<Solution>(REMEMBERED, ({ weight, shift }) => weight.byteLength + shift.byteLength)
  const solve = ({ layer, keptColumns }: CutLayer): Solution =>
    solved(`${layer.node} ${keptColumns.join()}`, () => {
      const { weight, shift } = reconstruct(systemOf(layer), keptColumns)
      return { weight: Float32Array.from(weight), shift }
    })
  return kept => {
    const initializers = new Map(graph.initializers)
    for (const cut of cutLayers(layers, groups, kept)) {
      const weight = graph.initializers.get(cut.layer.weight)!
      const solution = solve(cut)
      initializers.set(cut.layer.weight, spread(cut, solution, weight))
      const bias = cut.layer.bias === null ? undefined : graph.initializers.get(cut.layer.bias)
      if (cut.layer.bias !== null && bias !== undefined) {
        const data = floats(bias).map((value, i) => value + solution.shift[i]!)
        initializers.set(cut.layer.bias, { ...bias, data })
      }
    }
    return { ...graph, initializers }
  }
}

/** The new weights at their old places, zeros where an input is gone. */
function spread({ layer, keptColumns }: CutLayer, { weight: narrow }: Solution, weight: Tensor): Tensor {
  const matrix = new Float64Array(layer.rows * layer.columns)
  for (let row = 0; row < layer.rows; row++) {
    keptColumns.forEach((column, j) => {
      matrix[row * layer.columns + column] = narrow[row * keptColumns.length + j]!
    })
  }
  return fromWeightMatrix(layer, matrix, weight.shape)
}
