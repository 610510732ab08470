import './no-telemetry.js'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import type { Instrument, ModelTimes, TimedModel } from './instrument.js'
import { kernelRuns } from './kernel-events.js'
import { runtimeVersion, sessionOptions } from './session.js'

const WARM_UP = 10

/** One model opened for timing, and once more with profiling on where its kernels count. */
interface Opened {
  readonly run: () => Promise<number>
  readonly profiled: (() => Promise<number>) | null
  /** Closes the model and returns the kernels of all profiled runs. */
  close(): Promise<ModelTimes['kernels']>
}

/** What this process runs models in. */
export const nodeRuntime = `onnxruntime-node ${runtimeVersion}`

/** ONNX Runtime in this process, on one thread. */
export function openNodeInstrument(): Instrument {
  const folder = mkdtempSync(join(tmpdir(), 'pare-kernels-'))
  return {
    runtime: nodeRuntime,
    threads: 1,
    async time(models, runs) {
      const opened: Opened[] = []
      const times = models.map(() => new Float64Array(runs))
      let kernels: readonly ModelTimes['kernels'][] = []
      try {
        for (const [i, model] of models.entries()) opened.push(await openModel(model, join(folder, `${i}-`)))
        for (let run = -WARM_UP; run < runs; run++) {
          for (const [i, { run: once }] of opened.entries()) {
            const ms = await once()
            if (run >= 0) times[i]![run] = ms
          }
          for (const { profiled } of opened) await profiled?.()
        }
      } finally {
        kernels = await Promise.all(opened.map(model => model.close()))
      }
      return times.map((ms, i) => ({ ms, kernels: kernels[i]!.slice(-runs) }))
    },
    async close() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function openModel({ model, feeds, kernels }: TimedModel, prefix: string): Promise<Opened> {
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, { data, shape }]) => [name, new ort.Tensor('float32', data, shape)]),
  )
  const timed = (session: ort.InferenceSession) => async () => {
    const started = performance.now()
    await session.run(inputs)
    return performance.now() - started
  }
  const plain = await ort.InferenceSession.create(model, sessionOptions)
  const profiled = kernels
    ? await ort.InferenceSession.create(model, {
        ...sessionOptions,
        enableProfiling: true,
        profileFilePrefix: prefix,
      })
    : null
  return {
    run: timed(plain),
    profiled: profiled === null ? null : timed(profiled),
    async close() {
      await plain.release()
      if (profiled === null) return []
      profiled.endProfiling()
      await profiled.release()
      return readEvents(prefix)
    },
  }
}

/** Reads the file that ONNX Runtime has written, whose name ends with the time of day, and removes it. */
function readEvents(prefix: string): ModelTimes['kernels'] {
  const folder = join(prefix, '..')
  const name = readdirSync(folder).find(file => join(folder, file).startsWith(prefix))
  if (name === undefined) throw new Error('ONNX Runtime has written no profile')
  const file = join(folder, name)
  const events: unknown = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(file)
  return kernelRuns(events)
}
