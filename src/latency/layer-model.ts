import type { ChannelGroup } from '../graph/groups.js'
import { firstChannels, sliceGraph } from '../graph/slice.js'
import { type Graph, GraphError } from '../graph/types.js'
import { type LayerConfig, sizeFields } from './layer-config.js'
import { type NetworkLayer, networkLayers } from './layers.js'

/** A size of a layer as a function of how many channels each group keeps: what it is whole, less a step for each channel gone. */
export interface AffineSize {
  readonly whole: number
  /** Change for each channel of a group that goes. */
  readonly steps: readonly { readonly group: number; readonly step: number }[]
}

/** A layer whose sizes follow the widths of the groups that touch it. */
export interface LayerModel {
  readonly layer: NetworkLayer
  readonly sizes: Readonly<Record<(typeof sizeFields)[number], AffineSize>>
}

/**
 * The layers of a graph as functions of its widths. Every size is linear in each width; how steep is found by taking one
 * channel of each group away in turn.
 * @throws GraphError where a cut changes which layers there are.
 */
export function layerModels(graph: Graph, groups: readonly ChannelGroup[]): readonly LayerModel[] {
  const whole = networkLayers(graph)
  const cut = groups.map(group => (group.size > 1 ? networkLayers(withoutOne(graph, groups, group)) : whole))
  return whole.map((layer, i) => {
    const sizeOf = (field: (typeof sizeFields)[number]): AffineSize => ({
      whole: layer.config[field],
      steps: cut.flatMap((layers, group) => {
        const changed = layers[i]?.config
        if (changed === undefined || layers.length !== whole.length)
          throw new GraphError(`cutting ${groups[group]!.name} changes which layers there are`)
        const step = layer.config[field] - changed[field]
        return step === 0 ? [] : [{ group, step }]
      }),
    })
    return {
      layer,
      sizes: {
        inChannels: sizeOf('inChannels'),
        outChannels: sizeOf('outChannels'),
        groups: sizeOf('groups'),
        inPositions: sizeOf('inPositions'),
        outPositions: sizeOf('outPositions'),
      },
    }
  })
}

function withoutOne(graph: Graph, groups: readonly ChannelGroup[], { name, size }: ChannelGroup): Graph {
  return sliceGraph(graph, groups, firstChannels([[name, size - 1]]))
}

/**
 * A layer at some widths, which need not be whole.
 * @param gone channels that each group loses
 */
export function configAt({ layer, sizes }: LayerModel, gone: (group: number) => number): LayerConfig {
  const at = ({ whole, steps }: AffineSize) =>
    steps.reduce((size, { group, step }) => size - step * gone(group), whole)
  return {
    ...layer.config,
    inChannels: at(sizes.inChannels),
    outChannels: at(sizes.outChannels),
    groups: at(sizes.groups),
    inPositions: at(sizes.inPositions),
    outPositions: at(sizes.outPositions),
  }
}

/** The groups that touch a layer. */
export function groupsOf({ sizes }: LayerModel): readonly number[] {
  return [...new Set(sizeFields.flatMap(field => sizes[field].steps.map(({ group }) => group)))]
}
