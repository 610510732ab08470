import { freshNames } from '../../graph/fresh-names.js'
import { floats, floatTensor } from '../../graph/tensor.js'
import type { Graph, Node, Tensor } from '../../graph/types.js'
import type { Moments } from '../moments.js'
import { type SplittableLayer, splittableLayers } from './layers.js'
import { type Principal, principal } from './principal.js'
import { type SplitForm, saves } from './split-cost.js'
import { splitLayer } from './split-layer.js'
import { splitSystem } from './system.js'

/** Ranks of layers, by node. */
export type Ranks = ReadonlyMap<string, number>

/** A graph with some layers split. */
export interface Factorized {
  readonly graph: Graph
  /** Nodes of the layers that each split layer became, in order; the last has its name. */
  readonly thin: ReadonlyMap<string, readonly string[]>
}

/** Splits layers of a graph at ranks; a layer that its rank would not make smaller stays whole. */
export type Factorize = (graph: Graph, ranks: Ranks, moments?: readonly Moments[]) => Factorized

/**
 * Splits layers in one form. A weight's directions are found once, which takes longer than all else: a search meets the
 * layers that it does not cut again and again.
 */
export function createFactorize(form: SplitForm): Factorize {
  const known = new WeakMap<Tensor, { readonly moments: Moments | undefined; readonly found: Principal }>()
  return (graph, ranks, moments = []) => {
    const layers = new Map(splittableLayers(graph).map(layer => [layer.node, layer]))
    const seen = new Map(moments.map(m => [m.node, m]))
    const initializers = new Map(graph.initializers)
    const fresh = freshNames(graph)
    const thin = new Map<string, readonly string[]>()
    const split = (node: Node, layer: SplittableLayer, rank: number): Node[] => {
      const weight = graph.initializers.get(layer.weight)!
      const own = seen.get(node.id)
      const system = splitSystem(layer, weight, own)
      const outputs = () => {
        const before = known.get(weight)
        if (before !== undefined && before.moments === own) return before.found
        const found = principal(system.weight, system.covariance)
        known.set(weight, { moments: own, found })
        return found
      }
      const parts = splitLayer(node, layer, system, { form, rank }, outputs)
      if (layer.bias !== null && parts.shift !== null) {
        const bias = graph.initializers.get(layer.bias)!
        const data = floats(bias).map((value, i) => value + parts.shift![i]!)
        initializers.set(layer.bias, { ...floatTensor(bias.shape, data) })
      }
      initializers.delete(layer.weight)
      const last = parts.thin.length - 1
      let input = layer.input
      const nodes = parts.thin.map(({ attributes, weight }, i): Node => {
        const name = i === last ? layer.weight : fresh(`${layer.weight}/thin`)
        initializers.set(name, weight)
        const id = i === last ? node.id : fresh(`${node.id}/thin`)
        const outputs = i === last ? node.outputs : [fresh(`${node.id}/thin_output`)]
        const inputs = [input, name, ...(i === last ? node.inputs.slice(2) : [])]
        input = outputs[0]!
        return { ...node, id, inputs, outputs, attributes }
      })
      thin.set(
        node.id,
        nodes.map(({ id }) => id),
      )
      return nodes
    }
    const nodes = graph.nodes.flatMap(node => {
      const [layer, rank] = [layers.get(node.id), ranks.get(node.id)]
      return layer === undefined || rank === undefined || !saves(layer, form, rank)
        ? [node]
        : split(node, layer, rank)
    })
    return { graph: { ...graph, nodes, initializers }, thin }
  }
}
