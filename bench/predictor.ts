/**
 * How well a profile predicts: builds the profile of each net, then measures random pruned variants that it has not seen,
 * beside the original, and compares. Prints the mean absolute error, the rank correlation, and what the profile cost.
 *
 *   npx tsx bench/predictor.ts [--nets resnet14,mobilenetv1,mobilenetv2] [--variants 100] [--measurements 300] [--round 8]
 *     [--precision float]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { inPrecision, profileModel } from '../src/cli/profile/model.js'
import { precisions, thisDevice } from '../src/cli/profile/options.js'
import { channelGroups } from '../src/graph/groups.js'
import { firstChannels, sliceGraph } from '../src/graph/slice.js'
import { agreement } from '../src/latency/cross-validate.js'
import { networkLayers } from '../src/latency/layers.js'
import { createPredictor, predictNetwork } from '../src/latency/predictor.js'
import { randomStream } from '../src/random.js'
import { measureNetwork, measureReference } from '../src/runtime/measure-network.js'
import { openNodeInstrument } from '../src/runtime/node-instrument.js'
import { openProfile } from '../src/store/profile-store.js'
import { loadModel, modelNames } from '../test/fixtures/models.js'

const { values } = parseArgs({
  options: {
    nets: { type: 'string', default: 'resnet14,mobilenetv1,mobilenetv2' },
    variants: { type: 'string', default: '100' },
    measurements: { type: 'string', default: '300' },
    round: { type: 'string', default: '8' },
    precision: { type: 'string', default: 'float' },
  },
})
const round = Number(values.round)
const precision = z.enum(precisions).parse(values.precision)
const instrument = openNodeInstrument()
const folder = mkdtempSync(join(tmpdir(), 'pare-predictor-'))
try {
  for (const net of z.array(z.enum(modelNames)).parse(values.nets.split(','))) {
    const graph = loadModel(net)
    const { groups } = channelGroups(graph)
    const device = { name: thisDevice, runtime: instrument.runtime, threads: 1, unit: 'ms' } as const
    const store = await openProfile(join(folder, net), device)
    const started = performance.now()
    const reference = await measureReference(instrument, inPrecision(graph, precision))
    const { known, measured } = await profileModel({
      instrument,
      reference,
      store,
      name: net,
      graph,
      precision,
      measurements: Number(values.measurements),
      onMeasured: () => {},
      signal: new AbortController().signal,
    })
    const seconds = (performance.now() - started) / 1000
    const predictor = createPredictor(await store.profile())
    await store.close()
    const [predicted, found]: [number[], number[]] = [[], []]
    for (let i = 0; i < Number(values.variants); i++) {
      const random = randomStream('predictor', i, net)
      const least = 0.1 + 0.8 * random.uniform()
      const widths = groups.map(({ name, size }) => {
        const wanted = Math.round((size * (least + (1 - least) * random.uniform())) / round) * round
        return [name, Math.min(size, Math.max(1, wanted))] as const
      })
      const variant = inPrecision(sliceGraph(graph, groups, firstChannels(widths)), precision)
      predicted.push(predictNetwork(predictor, networkLayers(variant)).value)
      found.push((await measureNetwork(instrument, reference, net, variant)).time.median)
    }
    const { error, rank, n } = agreement(predicted, found)
    const own = predictor.kind === 'fitted' ? predictor.error : null
    console.log(
      `${net} ${precision} round ${round}: error ${(error * 100).toFixed(2)} %, rank correlation ${rank.toFixed(3)} (n ${n}, ` +
        `${Math.min(...found).toFixed(3)} to ${Math.max(...found).toFixed(3)} ms); left out of the fit: ${((own?.error ?? Number.NaN) * 100).toFixed(2)} %; ` +
        `profile: ${known} layers, ${measured} networks, ${seconds.toFixed(0)} s; reference's noise ${(reference.noise * 100).toFixed(0)} %`,
    )
  }
} finally {
  await instrument.close()
  rmSync(folder, { recursive: true, force: true })
}
