import { dequantizeGraph } from '../../compress/quantize/dequantize.js'
import { bitsOfLayers } from '../../graph/bitops.js'
import { bypass } from '../../graph/bypass.js'
import { fakeQuantizeOf } from '../../graph/fake-quantize.js'
import { layersOf } from '../../graph/inspect.js'
import type { Graph } from '../../graph/types.js'
import type { ReportedLayer } from '../../report/run/run-report.js'
import { readExactModel } from '../files/exact-model.js'

/**
 * The layers that multiply, of the original in its order, then those that only the result has.
 * @param result file of the result; null where there is none
 * @throws DataError, GraphError for a file that cannot be read
 */
export async function reportedLayers(
  original: string,
  result: string | null,
): Promise<readonly ReportedLayer[]> {
  const before = await layersIn(original)
  const now = result === null ? null : await layersIn(result)
  return [...new Set([...before.keys(), ...(now?.keys() ?? [])])].map(name => {
    const [from, to] = [before.get(name), now?.get(name)]
    return {
      name,
      macs: { original: from?.macs ?? null, result: to?.macs ?? null },
      params: { original: from?.params ?? null, result: to?.params ?? null },
      bits: to?.bits ?? null,
    }
  })
}

async function layersIn(file: string) {
  const exact = await readExactModel(file)
  const float = floatTwin(exact)
  const bits = bitsOfLayers(exact)
  const layers = layersOf(float).filter(({ macs }) => macs > 0)
  return new Map(
    layers.map(({ node, macs, params }) => [node, { macs, params, bits: bits.get(node) ?? null }]),
  )
}

/** The float network that a quantised one stands for: its weights are where they are read. */
function floatTwin(graph: Graph): Graph {
  return bypass(dequantizeGraph(graph), node =>
    fakeQuantizeOf(node) === undefined ? undefined : node.inputs[0],
  )
}
