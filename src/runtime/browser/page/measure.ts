import type * as Ort from 'onnxruntime-web/wasm'
import { kernelTimes } from './kernel-times.js'
import type { OrderedModel, TimeOrder, ToldKernel, ToldTimes } from './protocol.js'
import { root } from './root.js'

// ONNX Runtime prints to what the console is when it is loaded, so this comes first.
const printed: string[] = []
console.log = (line: unknown) => printed.push(String(line))

// By its address: a worker has no map of what packages are called.
const ort: typeof Ort = await import(new URL('ort/ort.wasm.bundle.min.mjs', root).href)

/** Runs to warm up, and ms: WebAssembly is first compiled fast, and well only once it has run for a while. */
const WARM_UP = 20
const WARM_UP_MS = { first: 1000, later: 300 } as const

/** A model in ONNX Runtime with what it reads. */
interface Loaded {
  readonly session: Ort.InferenceSession
  readonly feeds: Readonly<Record<string, Ort.Tensor>>
}

/** A model, and the same with profiling on where its kernels are asked for. */
interface Opened {
  readonly plain: Loaded
  readonly profiled: Loaded | null
}

/** Called between runs with the share that is done; throws to end the work. */
export type Pause = (share: number) => Promise<void>

let isWarm = false

/**
 * Does what the order says. Profiled runs take their turns with the others, so that what disturbs one disturbs all of a round.
 * @throws Error with ONNX Runtime's reason where it refuses a model.
 */
export async function measure({ models, runs, threads }: TimeOrder, pause: Pause): Promise<ToldTimes[]> {
  ort.env.wasm.numThreads = threads
  const loaded: Loaded[] = []
  const open = async (model: OrderedModel, options: Ort.InferenceSession.SessionOptions) => {
    const opened = await load(model, options)
    loaded.push(opened)
    return opened
  }
  try {
    const opened: Opened[] = []
    for (const model of models) {
      const plain = await open(model, {})
      opened.push({ plain, profiled: model.kernels ? await open(model, { enableProfiling: true }) : null })
    }
    const ms = await timeRuns(opened, runs, pause)
    return opened.map(({ profiled }, i) => ({
      ms: ms[i]!,
      kernels: profiled === null ? [] : profileOf(profiled.session).slice(-runs),
    }))
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
async function timeRuns(models: readonly Opened[], runs: number, pause: Pause): Promise<number[][]> {
  const begun = performance.now()
  const least = isWarm ? WARM_UP_MS.later : WARM_UP_MS.first
  for (let warm = 0; warm < WARM_UP || performance.now() - begun < least; warm++) {
    await runEach(models)
    await pause(0)
  }
  isWarm = true
  const times = models.map((): number[] => [])
  for (let run = 0; run < runs; run++) {
    for (const [i, ms] of (await runEach(models)).entries()) times[i]!.push(ms)
    await pause((run + 1) / runs)
  }
  return times
}

/** Milliseconds of one run of each model; those that are profiled follow. */
async function runEach(models: readonly Opened[]): Promise<number[]> {
  const times: number[] = []
  for (const { plain } of models) {
    const started = performance.now()
    await plain.session.run(plain.feeds)
    times.push(performance.now() - started)
  }
  for (const { profiled } of models) await profiled?.session.run(profiled.feeds)
  return times
}

/** Ends profiling: the profile is printed line by line while the call lasts. */
function profileOf(session: Ort.InferenceSession): ToldKernel[][] {
  printed.length = 0
  session.endProfiling()
  return kernelTimes(printed.splice(0))
}
