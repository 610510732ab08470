/**
 * What training at few bits is worth: validation accuracy, mean and standard deviation over the seeds, of nets whose
 * weights (a scale a channel) and values are rounded, as they are, trained with scales that stay, and with learned ones.
 * The first and the last layer have 8 bits (Esser et al. 2020). Measured in ONNX Runtime on the lowered model.
 *
 *   npx tsx bench/low-bits.ts [--nets mobilenetv2,resnet14] [--bits 4/4,3/4,2/4] [--seeds 1,2,3] [--epochs 1]
 *     [--train 8000] [--rate 0.01] [--optimizer sgd] [--backend auto]
 */
import { parseArgs } from 'node:util'
import { addNumbers, emptyHistogram, type Histogram } from '../src/compress/quantize/histogram.js'
import { insertQuantizers } from '../src/compress/quantize/insert.js'
import { quantizableLayers } from '../src/compress/quantize/layers.js'
import type { Graph } from '../src/graph/types.js'
import { initBackend } from '../src/tensor/backend.js'
import { createExecutor } from '../src/tensor/executor.js'
import { tensor, tidy } from '../src/tensor/tf.js'
import { loadModel } from '../test/fixtures/models.js'
import { createTrials, lowBitOptions } from './low-bit-trials.js'

const { values } = parseArgs({
  options: { ...lowBitOptions, bits: { type: 'string', default: '4/4,3/4,2/4' } },
})
const trials = createTrials(values)

/** What every value was on the first training samples. */
async function histogramsOf(graph: Graph): Promise<ReadonlyMap<string, Histogram>> {
  const { train, sampleShape } = trials.data
  await initBackend(trials.backend)
  const executor = createExecutor(graph)
  const found = new Map<string, Histogram>()
  const add = (name: string, numbers: Float32Array) =>
    found.set(name, addNumbers(found.get(name) ?? emptyHistogram(), numbers, name))
  const size = train.samples.length / train.n
  for (let first = 0; first < 512; first += 64) {
    const samples = train.samples.slice(first * size, (first + 64) * size)
    add(graph.inputs[0]!.name, samples)
    tidy(() => {
      executor.run(tensor(samples, [64, ...sampleShape]), {
        batchNorm: 'stored',
        onMoments: null,
        onValue: (node, value) => add(node.outputs[0]!, value.tensor.dataSync<'float32'>()),
      })
    })
  }
  executor.parameters.dispose()
  return found
}

for (const name of trials.nets) {
  const graph = loadModel(name)
  const histograms = await histogramsOf(graph)
  const { layers } = quantizableLayers(graph)
  await trials.title(name, graph)
  for (const [weight = 8, activation = 8] of values.bits
    .split(',')
    .map(pair => pair.split('/').map(Number))) {
    const plan = new Map(
      layers.map(({ node }, i) => {
        const ends = i === 0 || i === layers.length - 1
        return [node, ends ? { weight: 8, activation: 8 } : { weight, activation }] as const
      }),
    )
    const ranges = activation < 8 ? 'mse' : 'percentile'
    const rounded = insertQuantizers(graph, plan, { histograms, ranges, per: 'channel' })
    const what = `w${weight}/a${activation}`
    await trials.row(`${what} not trained`, async () => rounded, 1)
    await trials.row(`${what} scales fixed`, seed => trials.train(rounded, graph, seed, { scales: 'fixed' }))
    await trials.row(`${what} scales learned`, seed =>
      trials.train(rounded, graph, seed, { scales: 'learned' }),
    )
  }
}
