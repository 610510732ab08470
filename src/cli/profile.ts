import { mkdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { networkLayers } from '../latency/layers.js'
import { createPredictor } from '../latency/predictor.js'
import { measureReference } from '../runtime/measure-network.js'
import { openNodeInstrument } from '../runtime/node-instrument.js'
import { openProfile } from '../store/profile-store.js'
import { milliseconds } from '../ui/format.js'
import { loadModel } from './inputs.js'
import { parseOptions } from './options.js'
import { profileModel } from './profile-model.js'
import { profileOptions } from './profile-options.js'
import { printProfile } from './profile-result.js'
import { listenForStop } from './stop.js'

/** The noise of a reference, as a share, from which a machine counts as busy. */
const BUSY = 0.2

/** `pare profile MODEL`: measures the layers of a model and of variants of it in ONNX Runtime on this machine. */
export async function profileCommand(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const options = parseOptions(profileOptions, flags)
  const { graph } = await loadModel(options.model)
  const stop = listenForStop(`interrupted; what was measured is in ${options.profile}`)
  const instrument = openNodeInstrument()
  try {
    const { runtime, threads } = instrument
    mkdirSync(dirname(options.profile), { recursive: true })
    const store = await openProfile(options.profile, { name: options.device, runtime, threads, unit: 'ms' })
    try {
      const started = performance.now()
      const name = basename(options.model)
      const measured = await measuredReference(instrument, graph)
      const profile = await store.profile()
      const before =
        profile.kind === 'measured' ? profile.networks.find(network => network.model === name) : undefined
      // What was measured of the model before is what its variants stay in proportion to.
      const reference = { model: measured.model, ms: before?.time.median ?? measured.ms }
      let counts = { known: 0, measured: 0 }
      for (const precision of options.precision) {
        const { known, measured } = await profileModel({
          instrument,
          reference,
          store,
          name,
          graph,
          precision,
          measurements: options.measurements,
          signal: stop.signal,
          onMeasured: (network, known) =>
            process.stderr.write(
              `${name} ${precision}: ${milliseconds(network.time.median)}, ${known} of ${options.measurements} layers known\n`,
            ),
        })
        counts = { known: counts.known + known, measured: counts.measured + measured }
      }
      const seconds = (performance.now() - started) / 1000
      const now = await store.profile()
      printProfile(options, {
        profile: now,
        predictor: createPredictor(now),
        layers: networkLayers(graph),
        seconds,
        ...counts,
      })
    } finally {
      await store.close()
    }
  } finally {
    await instrument.close()
    stop.release()
  }

  async function measuredReference(...to: Parameters<typeof measureReference>) {
    const reference = await measureReference(...to)
    if (reference.noise > BUSY)
      process.stderr.write(
        `the machine is busy: the same model took up to ${(reference.noise * 100).toFixed(0)} % longer; ` +
          'times are taken in proportion to a run beside, and repeated until they are sure\n',
      )
    return reference
  }
}
