import type { Instrument, TimedModel } from '../instrument.js'
import type { Dialogue } from './dialogue.js'
import type { OrderedModel, TimeOrder, ToldTimes } from './page/protocol.js'
import type { Served } from './server.js'

/** Times models in the page of a dialogue; the files of a job are served for as long as it goes on. */
export function timeInPage(
  dialogue: Dialogue,
  served: Map<string, Served>,
  threads: number,
): Instrument['time'] {
  let job = 0
  return async (models, runs) => {
    const { order, files } = orderFor(++job, models, runs, threads)
    for (const [path, file] of files) served.set(path, file)
    try {
      const times = await dialogue.give(order)
      assertWhole(times, order)
      return times.map(({ ms, kernels }) => ({ ms: Float64Array.from(ms), kernels }))
    } finally {
      for (const path of files.keys()) served.delete(path)
    }
  }
}

/** The order to time models, and the files that it speaks of. */
function orderFor(
  job: number,
  models: readonly TimedModel[],
  runs: number,
  threads: number,
): { readonly order: TimeOrder; readonly files: ReadonlyMap<string, Served> } {
  const files = new Map<string, Served>()
  const file = (name: string, bytes: Uint8Array) => {
    const path = `jobs/${job}/${name}`
    files.set(path, { type: 'application/octet-stream', bytes })
    return path
  }
  const ordered = models.map(({ model, feeds, kernels }, i): OrderedModel => {
    const url = file(`${i}.onnx`, model)
    const read = Object.entries(feeds).map(([name, { data, shape }], k) => {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      return { name, shape, url: file(`${i}-${k}.f32`, bytes) }
    })
    return { url, kernels, feeds: read }
  })
  return { order: { kind: 'time', job, runs, threads, models: ordered }, files }
}

/** @throws Error where the page did not do all of the order */
function assertWhole(times: readonly ToldTimes[], { models, runs }: TimeOrder): void {
  const whole =
    times.length === models.length &&
    times.every(
      ({ ms, kernels }, i) => ms.length === runs && kernels.length === (models[i]!.kernels ? runs : 0),
    )
  if (!whole) throw new Error('the page did not time all that it was asked to')
}
