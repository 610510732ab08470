import { linearLayers } from '../compress/layer.js'
import { addRows, emptyMoments, type Moments } from '../compress/moments.js'
import { patchRows } from '../compress/patches.js'
import type { DataSet } from '../data/dataset.js'
import { writeOnnx } from '../formats/onnx/write.js'
import { elementCount } from '../graph/tensor.js'
import type { Graph } from '../graph/types.js'
import { randomStream } from '../random.js'
import { openGram } from '../runtime/gram.js'
import { openSession } from '../runtime/session.js'
import { withOutputs } from './with-outputs.js'

/** Calibration: how many training samples, how many rows a layer at least, how many samples a run of the model. */
const SAMPLES = 4000
const ROWS = 20_000
const BATCH = 200

/**
 * Runs the first training samples through the original and gathers the moments of every repairable layer's inputs.
 * Deterministic for a seed. Rows a layer: at least 20,000 for a convolution (as many places of each sample as that
 * takes), one a sample for a dense layer.
 */
export async function calibrate(graph: Graph, data: DataSet, seed: number | string): Promise<Moments[]> {
  const layers = linearLayers(graph)
  const watched = [...new Set(layers.map(layer => layer.input))].filter(name =>
    graph.inputs.every(i => i.name !== name),
  )
  const session = await openSession(writeOnnx(withOutputs(graph, watched)))
  const gram = await openGram()
  const moments = new Map(layers.map(layer => [layer.node, emptyMoments(layer.node, layer.columns)]))
  const samples = Math.min(SAMPLES, data.train.n)
  const random = randomStream(seed, 0, 'calibration')
  const size = elementCount(data.sampleShape)
  const input = graph.inputs[0]?.name ?? ''
  for (let first = 0; first < samples; first += BATCH) {
    const count = Math.min(BATCH, samples - first)
    const batch = {
      data: data.train.samples.slice(first * size, (first + count) * size),
      shape: [count, ...data.sampleShape],
    }
    const values = { [input]: batch, ...(await session.run({ [input]: batch })) }
    for (const layer of layers) {
      const x = values[layer.input]
      const before = moments.get(layer.node)
      if (x === undefined || before === undefined) continue
      const rows = patchRows(graph, layer, x, Math.ceil(ROWS / samples), random)
      moments.set(layer.node, addRows(before, rows, await gram.product(rows, layer.columns)))
    }
  }
  await Promise.all([session.close(), gram.close()])
  return [...moments.values()]
}
