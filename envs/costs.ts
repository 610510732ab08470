import { bitopsModel, FLOAT_BITS, type LayerBits } from '../src/graph/bitops.js'
import type { CostModel } from '../src/graph/cost.js'
import type { CostKind } from '../src/graph/cost-kinds.js'
import { rankSavings, removalSavings } from './savings.js'
import type { CostedSite } from './site.js'

/** A group of channels that may be among the sites. */
interface Group {
  readonly name: string
  readonly size: number
}

const float: LayerBits = { weights: FLOAT_BITS, activations: FLOAT_BITS }

/** Names of the residual blocks that are gone. */
export type Gone = readonly string[]

/** What blocks change beside what goes with them. */
export interface Structure {
  /** Bytes of the file of so many channels by group, at so many bits by layer, without some blocks. */
  readonly size: (keep: ArrayLike<number>, bitsOf: (layer: string) => LayerBits, gone: Gone) => number
  /** Layers that read one value without some blocks, but several with them: they have the fewest of their bits. */
  readonly joined: (gone: Gone) => readonly (readonly string[])[]
}

/**
 * Every cost as a function of the values of the sites, in their order; what is not decided stays as it is. The bytes of the
 * file do not know of ranks.
 * @param contracted of the layers whose ranks are decided the axis of the weight that is summed over
 */
export function decisionCosts(
  sites: readonly CostedSite[],
  groups: readonly Group[],
  model: CostModel,
  { size, joined }: Structure,
  contracted: ReadonlyMap<string, number> = new Map(),
): Readonly<Record<CostKind, (values: ArrayLike<number>) => number>> {
  const bitops = bitopsModel(model)
  /** For each group the site that decides its width. */
  const sitesOf = groups.map(group =>
    sites.findIndex(({ kind, name }) => kind === 'keep' && name === group.name),
  )
  const keepOf = (values: ArrayLike<number>) =>
    groups.map(({ size }, g) => (sitesOf[g]! < 0 ? size : values[sitesOf[g]!]!))
  // Values need not be whole: a block that is not surely there is there.
  const goneOf = (values: ArrayLike<number>): Gone =>
    sites.flatMap(({ kind, name }, i) => (kind === 'blocks' && values[i] === 0 ? [name] : []))
  const bitsOf = (values: ArrayLike<number>) => {
    const bits = new Map<string, LayerBits>()
    sites.forEach(({ kind, layers }, i) => {
      if (kind !== 'weightBits' && kind !== 'activationBits') return
      const part = kind === 'weightBits' ? { weights: values[i]! } : { activations: values[i]! }
      for (const layer of layers) bits.set(layer, { ...float, ...bits.get(layer), ...part })
    })
    for (const layers of joined(goneOf(values))) {
      const activations = Math.min(...layers.map(layer => bits.get(layer)?.activations ?? FLOAT_BITS))
      for (const layer of layers) bits.set(layer, { ...float, ...bits.get(layer), activations })
    }
    return (layer: string) => bits.get(layer) ?? float
  }
  const removed = removalSavings(sites, model)
  const split = rankSavings(sites, model, contracted)
  return {
    macs(values) {
      const keep = keepOf(values)
      return model.macs(keep) - removed(values, keep).macs - split(values, keep).macs
    },
    params(values) {
      const keep = keepOf(values)
      return model.params(keep) - removed(values, keep).params - split(values, keep).params
    },
    size: values => size(keepOf(values), bitsOf(values), goneOf(values)),
    bitops(values) {
      const keep = keepOf(values)
      const [gone, thin] = [removed(values, keep), split(values, keep)]
      return bitops(keep, bitsOf(values), layer => gone.macsOf(layer) + thin.macsOf(layer))
    },
  }
}
