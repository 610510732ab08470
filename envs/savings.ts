import type { CostModel, LayerMacs } from '../src/graph/cost.js'
import type { CostedSite } from './site.js'

/** What decisions other than widths and bits save of the cost of the widths. */
export interface Savings {
  readonly macs: number
  readonly params: number
  readonly macsOf: (layer: LayerMacs) => number
}

type SavingsOf = (values: ArrayLike<number>, keep: ArrayLike<number>) => Savings

const none: Savings = { macs: 0, params: 0, macsOf: () => 0 }

/** Whether a node goes with a block under some values. */
function goneWith(sites: readonly CostedSite[]): (values: ArrayLike<number>) => (node: string) => boolean {
  const siteOf = new Map<string, number>()
  sites.forEach(({ kind, layers }, i) => {
    if (kind === 'blocks') for (const node of layers) siteOf.set(node, i)
  })
  // Values need not be whole: a block that is not surely there is there.
  return values => node => values[siteOf.get(node) ?? -1] === 0
}

/** A block that goes takes all its layers along, and each constant that only they read. */
export function removalSavings(sites: readonly CostedSite[], model: CostModel): SavingsOf {
  if (sites.every(({ kind }) => kind !== 'blocks')) return () => none
  const goes = goneWith(sites)
  const nodes = new Set(sites.flatMap(({ kind, layers }) => (kind === 'blocks' ? layers : [])))
  const layers = model.layers.filter(({ node }) => nodes.has(node))
  const constants = model.constants.filter(
    ({ readers }) => readers.length > 0 && readers.every(id => nodes.has(id)),
  )
  return (values, keep) => {
    const gone = goes(values)
    const macsOf = (layer: LayerMacs) => (gone(layer.node) ? layer.macs(keep) : 0)
    return {
      macsOf,
      macs: layers.reduce((sum, layer) => sum + macsOf(layer), 0),
      params: constants.reduce(
        (sum, { readers, params }) => sum + (readers.every(gone) ? params(keep) : 0),
        0,
      ),
    }
  }
}

/**
 * A layer [rows, columns] at rank r has r (rows + columns) weights, at its widths after cutting; where these are no fewer, it
 * stays whole. The lesser of two costs that never fall when a width or a rank rises never falls either.
 */
export function rankSavings(
  sites: readonly CostedSite[],
  model: CostModel,
  contracted: ReadonlyMap<string, number>,
): SavingsOf {
  const siteOf = new Map(sites.flatMap(({ kind, name }, i) => (kind === 'rank' ? [[name, i] as const] : [])))
  if (siteOf.size === 0) return () => none
  const goes = goneWith(sites)
  const layers = model.layers.filter(({ node }) => siteOf.has(node))
  return (values, keep) => {
    const gone = goes(values)
    const weightsOf = ({ node, shape }: LayerMacs) => {
      const site = siteOf.get(node)
      if (site === undefined || gone(node)) return 0
      const sizes = shape(keep)
      const whole = sizes.reduce((product, size) => product * size, 1)
      const rows = sizes[1 - contracted.get(node)!]!
      return Math.max(0, whole - values[site]! * (rows + whole / rows))
    }
    const macsOf = (layer: LayerMacs) => layer.positions * weightsOf(layer)
    return {
      macsOf,
      macs: layers.reduce((sum, layer) => sum + macsOf(layer), 0),
      params: layers.reduce((sum, layer) => sum + weightsOf(layer), 0),
    }
  }
}
