import { splittableLayers } from '../../compress/factorize/layers.js'
import { fullRank } from '../../compress/factorize/split-cost.js'
import { splitParts } from '../../compress/factorize/split-parts.js'
import { dequantizeGraph } from '../../compress/quantize/dequantize.js'
import { bitsOfLayers } from '../../graph/bitops.js'
import { bypass } from '../../graph/bypass.js'
import { fakeQuantizeOf } from '../../graph/fake-quantize.js'
import { layersOf } from '../../graph/inspect.js'
import type { Graph } from '../../graph/types.js'
import type { ReportedLayer } from '../../report/run/run-report.js'
import { readExactModel } from '../files/exact-model.js'

/**
 * The layers that multiply, of the original in its order, then those that only the result has. One that the result has
 * split is one still: what it became counts together.
 * @param result file of the result; null where there is none
 * @throws DataError, GraphError for a file that cannot be read
 */
export async function reportedLayers(
  original: string,
  result: string | null,
): Promise<readonly ReportedLayer[]> {
  const whole = floatTwin(await readExactModel(original))
  const before = costsOf(whole, [])
  const fullRanks = new Map(splittableLayers(whole).map(layer => [layer.node, fullRank(layer, 'outputs')]))
  const now = result === null ? new Map<string, never>() : resultLayers(await readExactModel(result), whole)
  return [...new Set([...before.keys(), ...now.keys()])].map(name => {
    const [from, to] = [before.get(name), now.get(name)]
    return {
      name,
      macs: { original: from?.macs ?? null, result: to?.macs ?? null },
      params: { original: from?.params ?? null, result: to?.params ?? null },
      bits: to?.bits ?? null,
      rank: { original: fullRanks.get(name) ?? null, result: to?.rank ?? null },
    }
  })
}

function resultLayers(exact: Graph, original: Graph) {
  const float = floatTwin(exact)
  const bits = bitsOfLayers(exact)
  const parts = splitParts(float, new Set(original.nodes.map(({ id }) => id)))
  const costs = costsOf(
    float,
    [...parts.values()].map(({ nodes }) => nodes),
  )
  return new Map(
    [...costs].map(([name, cost]) => {
      const split = parts.get(name)
      return [name, { ...cost, bits: bits.get(split?.nodes[0] ?? name) ?? null, rank: split?.rank ?? null }]
    }),
  )
}

/** What layers that multiply cost, by node. @param joined nodes of one layer each, which the last gives its name */
function costsOf(graph: Graph, joined: readonly (readonly string[])[]) {
  const nameOf = new Map(joined.flatMap(nodes => nodes.map(node => [node, nodes.at(-1)!] as const)))
  const costs = new Map<string, { readonly macs: number; readonly params: number }>()
  for (const { node, macs, params } of layersOf(graph).filter(layer => layer.macs > 0)) {
    const name = nameOf.get(node) ?? node
    const known = costs.get(name) ?? { macs: 0, params: 0 }
    costs.set(name, { macs: known.macs + macs, params: known.params + params })
  }
  return costs
}

/** The float network that a quantised one stands for: its weights are where they are read. */
function floatTwin(graph: Graph): Graph {
  return bypass(dequantizeGraph(graph), node =>
    fakeQuantizeOf(node) === undefined ? undefined : node.inputs[0],
  )
}
