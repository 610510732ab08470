import { dequantizeGraph } from '../../compress/quantize/dequantize.js'
import { bitsOfLayers } from '../../graph/bitops.js'
import { layersOf } from '../../graph/inspect.js'
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
  const bits = bitsOfLayers(exact)
  // What is quantised counts as the float network that it stands for, with its weights where they are read.
  const layers = layersOf(dequantizeGraph(exact)).filter(({ macs }) => macs > 0)
  return new Map(
    layers.map(({ node, macs, params }) => [node, { macs, params, bits: bits.get(node) ?? null }]),
  )
}
