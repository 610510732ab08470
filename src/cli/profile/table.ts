import { DataError } from '../../data/error.js'
import { parseNpy } from '../../data/npy.js'
import { layersWithWeights, TABLE_BITS, tableTimes } from '../../latency/bits-table.js'
import type { LayerTime } from '../../latency/profile.js'
import { loadModel } from '../files/inputs.js'
import { aboutModel, UsageError } from '../options/error.js'

/**
 * Measurements from a lookup table in HAQ's form, [layer][weight bits - 1][activation bits - 1] in a NumPy file; its layers
 * are those of a model that have weights, in order.
 * @throws DataError, UsageError, GraphError naming the file, what was expected and what was found.
 */
export async function readBitsTable(
  bytes: Uint8Array,
  file: string,
  model: string | undefined,
): Promise<readonly LayerTime[]> {
  if (model === undefined)
    throw new UsageError(`${file}: a table of layers and bits; name the network that it is of by --model`)
  const { shape, data } = parseNpy(bytes, file)
  const layers = await layersOf(model)
  const expected = [layers.length, TABLE_BITS, TABLE_BITS]
  if (shape.join() !== expected.join()) {
    throw new DataError(
      `${file}: expected shape [${expected}], as ${model} has ${layers.length} layers with weights, found [${shape}]`,
    )
  }
  const wrong = data.findIndex(value => !(value > 0 && Number.isFinite(value)))
  if (wrong >= 0) {
    const [layer, w, a] = [wrong / TABLE_BITS ** 2, (wrong / TABLE_BITS) % TABLE_BITS, wrong % TABLE_BITS]
    const place = [layer, w, a].map(Math.floor).join('][')
    throw new DataError(`${file}: expected figures above 0, found ${data[wrong]} at [${place}]`)
  }
  return tableTimes(
    layers.map(({ config }) => config),
    data,
  )
}

async function layersOf(model: string) {
  const { graph } = await loadModel(model)
  try {
    return layersWithWeights(graph)
  } catch (error) {
    throw aboutModel(model, error)
  }
}
