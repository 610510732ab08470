import { mkdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Graph } from '../../graph/types.js'
import { networkLayers } from '../../latency/layers.js'
import { createPredictor } from '../../latency/predictor.js'
import { openBrowser } from '../../runtime/browser/open.js'
import type { Instrument } from '../../runtime/instrument.js'
import { measureReference, type Reference } from '../../runtime/measure-network.js'
import { openNodeInstrument } from '../../runtime/node-instrument.js'
import { networkKey, openProfile, type ProfileStore } from '../../store/profile-store.js'
import { milliseconds } from '../../ui/format.js'
import { loadModel } from '../files/inputs.js'
import { browserOf } from '../options/browser-option.js'
import { parseOptions } from '../options/options.js'
import { listenForStop } from '../options/stop.js'
import { inPrecision, profileModel } from './model.js'
import { browserProfile, defaultProfile } from './names.js'
import { type Precision, type ProfileOptions, profileOptions } from './options.js'
import { printProfile } from './result.js'

/** The noise of a reference, as a share, from which a machine counts as busy. */
const BUSY = 0.2

/** `pare profile MODEL`: measures the layers of a model and of variants of it in ONNX Runtime, here or in a browser. */
export async function profileCommand(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const options = parseOptions(profileOptions, flags)
  const file = options.out ?? (options.browser === undefined ? defaultProfile : browserProfile)
  const { graph } = await loadModel(options.model)
  const place = options.browser === undefined ? null : await browserOf(options.browser)
  const { signal, release } = listenForStop(`interrupted; what was measured is in ${file}`)
  try {
    const instrument =
      place === null ? openNodeInstrument() : await openBrowser({ ...place, threads: 1, signal })
    try {
      const { runtime, threads } = instrument
      mkdirSync(dirname(file), { recursive: true })
      const store = await openProfile(file, { name: options.device, runtime, threads, unit: 'ms' })
      try {
        await measure(options, { file, graph, instrument, store, signal })
      } finally {
        await store.close()
      }
    } finally {
      await instrument.close()
    }
  } finally {
    release()
  }
}

/** Everything that measuring needs, open. */
interface Opened {
  readonly file: string
  readonly graph: Graph
  readonly instrument: Instrument
  readonly store: ProfileStore
  readonly signal: AbortSignal
}

async function measure(options: ProfileOptions, { file, ...opened }: Opened): Promise<void> {
  const started = performance.now()
  const name = basename(options.model)
  let [known, measured] = [0, 0]
  for (const precision of options.precision) {
    const { measurements } = options
    const done = await profileModel({
      ...opened,
      reference: await referenceOf(name, opened, precision),
      name,
      precision,
      measurements,
      onMeasured: ({ time }, known) =>
        process.stderr.write(
          `${name} ${precision}: ${milliseconds(time.median)}, ${Math.min(known, measurements)} of ${measurements} layers known\n`,
        ),
    })
    known += done.known
    measured += done.measured
  }
  const profile = await opened.store.profile()
  const layers = networkLayers(opened.graph)
  const seconds = (performance.now() - started) / 1000
  printProfile(
    { file, profile, predictor: createPredictor(profile), layers, known, measured, seconds },
    options.json,
  )
}

/**
 * The model itself, in the precision of what is measured beside it: a busy machine slows small integer kernels otherwise
 * than large float ones. Where it was measured before, its time then is what variants stay in proportion to.
 */
async function referenceOf(
  name: string,
  { instrument, graph: whole, store }: Omit<Opened, 'file'>,
  precision: Precision,
): Promise<Reference> {
  const graph = inPrecision(whole, precision)
  const { model, ms, noise } = await measureReference(instrument, graph)
  if (noise > BUSY)
    process.stderr.write(
      `the machine is busy: the same model took up to ${(noise * 100).toFixed(0)} % longer; ` +
        'times are taken in proportion to a run beside, and repeated until they are sure\n',
    )
  const profile = await store.profile()
  const key = networkKey(networkLayers(graph))
  const before =
    profile.kind === 'measured'
      ? profile.networks.find(({ model, layers }) => model === name && networkKey(layers) === key)
      : undefined
  return { model, ms: before?.time.median ?? ms }
}
