/**
 * What shared, ternary and binary weights cost, and what training them gives back: validation accuracy, mean and standard
 * deviation over the seeds. K-means codebooks of some bits, as they are and with their entries trained; ternary weights
 * (a scale a layer, straight through) and binary ones (a scale a channel) the same way, with the bytes of the `.pare` file.
 * The first and the last layer have 8 bits; values stay float.
 *
 *   npx tsx bench/shared-weights.ts [--nets mobilenetv2,resnet14] [--bits 4,3,2,1] [--starts linear] [--ternary] [--binary]
 *     [--seeds 1,2,3] [--epochs 1] [--train 8000] [--rate 0.01] [--optimizer sgd] [--backend auto]
 */
import { parseArgs } from 'node:util'
import { insertQuantizers } from '../src/compress/quantize/insert.js'
import { quantizableLayers } from '../src/compress/quantize/layers.js'
import { shareWeights } from '../src/compress/sharing/share-weights.js'
import { startNames } from '../src/compress/sharing/starts.js'
import { writePare } from '../src/formats/pare/write.js'
import { loadModel } from '../test/fixtures/models.js'
import { createTrials, lowBitOptions } from './low-bit-trials.js'

const { values } = parseArgs({
  options: {
    ...lowBitOptions,
    bits: { type: 'string', default: '4,3,2,1' },
    starts: { type: 'string', default: 'linear' },
    ternary: { type: 'boolean', default: false },
    binary: { type: 'boolean', default: false },
  },
})
const trials = createTrials(values)
const starts = startNames.filter(name => values.starts.split(',').includes(name))

for (const name of trials.nets) {
  const graph = loadModel(name)
  const { layers } = quantizableLayers(graph)
  const bitsOf = (i: number, bits: number) => (i === 0 || i === layers.length - 1 ? 8 : bits)
  await trials.title(name, graph)
  for (const start of starts) {
    for (const bits of values.bits.split(',').filter(Boolean).map(Number)) {
      const plan = new Map(layers.map(({ node }, i) => [node, bitsOf(i, bits)]))
      const shared = shareWeights(graph, plan, { start, seed: 1 })
      await trials.row(`k-means ${start}, ${bits} bits, not trained`, async () => shared, 1)
      await trials.row(`k-means ${start}, ${bits} bits, trained`, seed =>
        trials.train(shared, graph, seed, {}),
      )
    }
  }
  const rounded = [
    ...(values.ternary ? [{ what: 'ternary', bits: 2, per: 'tensor' } as const] : []),
    ...(values.binary ? [{ what: 'binary', bits: 1, per: 'channel' } as const] : []),
  ]
  for (const { what, bits, per } of rounded) {
    const plan = new Map(
      layers.map(({ node }, i) => [node, { weight: bitsOf(i, bits), activation: null }] as const),
    )
    const start = insertQuantizers(graph, plan, { histograms: new Map(), ranges: 'minmax', per })
    const bytes = writePare(start, 'exact').length
    await trials.row(`${what}, ${bytes} bytes, not trained`, async () => start, 1)
    await trials.row(`${what}, ${bytes} bytes, trained`, seed => trials.train(start, graph, seed, {}))
  }
}
