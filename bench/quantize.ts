/**
 * Float against int8 in ONNX Runtime: validation accuracy, bytes of the file, and latency measured side by side. Then, for
 * one net, every way to choose ranges at several bits of weights and activations, nothing trained on; then, for some, both
 * ways to round weights.
 *
 *   npx tsx bench/quantize.ts [--nets lenet300,lenet5,mobilenetv1,mobilenetv2,resnet14] [--table resnet14]
 *     [--roundings lenet300,lenet5,mobilenetv1,mobilenetv2,resnet14] [--samples 256]
 */
import { parseArgs } from 'node:util'
import type { Moments } from '../src/compress/moments.js'
import { insertQuantizers } from '../src/compress/quantize/insert.js'
import { lowerCompressed } from '../src/compress/quantize/lower.js'
import { uniformPlan } from '../src/compress/quantize/plan.js'
import { type RangeMethod, rangeMethods } from '../src/compress/quantize/ranges.js'
import { calibrate } from '../src/evaluate/calibrate.js'
import { latenciesOf } from '../src/evaluate/evaluate-model.js'
import { gatherHistograms } from '../src/evaluate/histograms.js'
import { scoreModel } from '../src/evaluate/score.js'
import { writeOnnx } from '../src/formats/onnx/write.js'
import type { Graph } from '../src/graph/types.js'
import { loadFashion } from '../test/fixtures/fashion.js'
import { loadModel, type ModelName, modelBytes, modelNames } from '../test/fixtures/models.js'

const { values } = parseArgs({
  options: {
    nets: { type: 'string', default: modelNames.join() },
    table: { type: 'string', default: 'resnet14' },
    roundings: { type: 'string', default: modelNames.join() },
    samples: { type: 'string', default: '256' },
  },
})
const data = loadFashion()
const samples = Number(values.samples)
const named = (text: string): ModelName[] => modelNames.filter(name => text.split(',').includes(name))
const accuracy = async (model: Uint8Array) =>
  (100 * (await scoreModel(model, data.val, data.sampleShape)).score).toFixed(2)

type Histograms = Awaited<ReturnType<typeof gatherHistograms>>

function quantized(
  graph: Graph,
  histograms: Histograms,
  bits: { readonly weight: number; readonly activation: number },
  ranges: RangeMethod = 'minmax',
  moments: readonly Moments[] = [],
): Uint8Array {
  const calibration = { histograms, ranges, per: 'channel', moments } as const
  return writeOnnx(lowerCompressed(insertQuantizers(graph, uniformPlan(graph, bits), calibration)))
}

console.log(`validation accuracy of ${data.val.n} images in %, ranges from ${samples} training images`)
console.log(
  '\n| net | bits | val, % | bytes | median, ms | p10 | p90 |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |',
)
for (const name of named(values.nets)) {
  const graph = loadModel(name)
  const histograms = await gatherHistograms(graph, data, samples)
  const models = [
    ['float', modelBytes(name)],
    ['W8A8', quantized(graph, histograms, { weight: 8, activation: 8 })],
    ['W4A8', quantized(graph, histograms, { weight: 4, activation: 8 })],
  ] as const
  const latencies = await latenciesOf(
    models.map(([, bytes]) => bytes),
    data,
  )
  for (const [i, [bits, bytes]] of models.entries()) {
    const { median, p10, p90 } = latencies[i]!
    const times = [median, p10, p90].map(ms => ms.toFixed(3)).join(' | ')
    console.log(`| ${name} | ${bits} | ${await accuracy(bytes)} | ${bytes.length} | ${times} |`)
  }
}

for (const name of named(values.table)) {
  const graph = loadModel(name)
  const histograms = await gatherHistograms(graph, data, samples)
  const columns = [
    [8, 8],
    [6, 6],
    [4, 4],
    [4, 8],
    [8, 4],
  ] as const
  console.log(`\n${name}, by ranges of activations`)
  console.log(`| ranges | ${columns.map(([w, a]) => `W${w}A${a}`).join(' | ')} |`)
  console.log(`| --- |${columns.map(() => ' ---: |').join('')}`)
  for (const ranges of rangeMethods) {
    const cells: string[] = []
    for (const [weight, activation] of columns)
      cells.push(await accuracy(quantized(graph, histograms, { weight, activation }, ranges)))
    console.log(`| ${ranges} | ${cells.join(' | ')} |`)
  }
}

console.log('\nweights rounded to nearest / so that later inputs make up for earlier ones, values of 8 bits')
console.log('| net | 8 | 4 | 3 | 2 |\n| --- | ---: | ---: | ---: | ---: |')
for (const name of named(values.roundings)) {
  const graph = loadModel(name)
  const histograms = await gatherHistograms(graph, data, samples)
  const moments = await calibrate(graph, data, 1)
  const cells: string[] = []
  for (const weight of [8, 4, 3, 2]) {
    const by = (seen: readonly Moments[]) =>
      accuracy(quantized(graph, histograms, { weight, activation: 8 }, 'minmax', seen))
    cells.push(`${await by([])} / ${await by(moments)}`)
  }
  console.log(`| ${name} | ${cells.join(' | ')} |`)
}
