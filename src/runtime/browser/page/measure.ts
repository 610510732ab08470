import type * as Ort from 'onnxruntime-web/wasm'
import { kernelTimes } from './kernel-times.js'
import type { OrderedModel, TimeOrder, ToldKernel, ToldTimes } from './protocol.js'
import { root } from './root.js'

// ONNX Runtime prints to what the console is when it is loaded, so this comes first.
const printed: string[] = []
console.log = (line: unknown) => printed.push(String(line))

// By its address: a worker has no map of what packages are called.
const ort: typeof Ort = await import(new URL('ort/ort.wasm.bundle.min.mjs', root).href)

/** Runs and time to warm up: WebAssembly is first compiled fast, and well only once it has run for a while. */
const WARM_UP = 20
const WARM_UP_MS = 1000

/** A model in ONNX Runtime with what it reads. */
interface Loaded {
  readonly session: Ort.InferenceSession
  readonly feeds: Readonly<Record<string, Ort.Tensor>>
}

/** Called between runs with the share that is done; throws to end the work. */
export type Pause = (share: number) => Promise<void>

/** Does what the order says. @throws Error with ONNX Runtime's reason where it refuses a model. */
export async function measure({ models, runs, threads }: TimeOrder, pause: Pause): Promise<ToldTimes[]> {
  ort.env.wasm.numThreads = threads
  const profiled = models.filter(({ kernels }) => kernels)
  const whole = models.length / (models.length + profiled.length)
  const ms = await withSessions(models, {}, async loaded =>
    timeRuns(loaded, runs, share => pause(share * whole)),
  )
  const kernels = await withSessions(profiled, { enableProfiling: true }, async loaded => {
    await timeRuns(loaded, runs, share => pause(whole + share * (1 - whole)))
    return loaded.map(({ session }) => profileOf(session).slice(-runs))
  })
  const kernelsOf = new Map(profiled.map((model, i) => [model, kernels[i]!]))
  return models.map((model, i) => ({ ms: ms[i]!, kernels: kernelsOf.get(model) ?? [] }))
}

async function withSessions<T>(
  models: readonly OrderedModel[],
  options: Ort.InferenceSession.SessionOptions,
  use: (loaded: readonly Loaded[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const loaded: Loaded[] = []
  try {
    for (const model of models) loaded.push(await load(model, options))
    return await use(loaded)
  } finally {
    for (const { session } of loaded) await session.release()
  }
}

async function load(model: OrderedModel, options: Ort.InferenceSession.SessionOptions): Promise<Loaded> {
  const session = await ort.InferenceSession.create(await bytes(model.url), {
    ...options,
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  })
  const feeds = await Promise.all(
    model.feeds.map(async ({ name, shape, url }) => {
      const data = new Float32Array((await bytes(url)).buffer)
      return [name, new ort.Tensor('float32', data, shape)] as const
    }),
  )
  return { session, feeds: Object.fromEntries(feeds) }
}

async function bytes(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(url, root))
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

/** Milliseconds of each run of each model, one of each in turn. */
async function timeRuns(models: readonly Loaded[], runs: number, pause: Pause): Promise<number[][]> {
  const times = models.map((): number[] => [])
  if (models.length === 0) return times
  const begun = performance.now()
  for (let warm = 0; warm < WARM_UP || performance.now() - begun < WARM_UP_MS; warm++) {
    for (const { session, feeds } of models) await session.run(feeds)
    await pause(0)
  }
  for (let run = 0; run < runs; run++) {
    for (const [i, { session, feeds }] of models.entries()) {
      const started = performance.now()
      await session.run(feeds)
      times[i]!.push(performance.now() - started)
    }
    await pause((run + 1) / runs)
  }
  return times
}

/** Ends profiling: the profile is printed line by line while the call lasts. */
function profileOf(session: Ort.InferenceSession): ToldKernel[][] {
  printed.length = 0
  session.endProfiling()
  return kernelTimes(printed.splice(0))
}
