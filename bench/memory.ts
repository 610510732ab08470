/**
 * Whether memory stays flat in one thread: tensors held and resident set (MiB) over many training steps on one batch, and
 * over many candidates, each of other widths, sliced, repaired, scored and some fine-tuned. Ends with code 1 where either
 * grows by more than a tenth.
 *
 *   npx tsx bench/memory.ts [--net lenet5] [--steps 2000] [--candidates 500] [--tuned 10] [--native]
 */
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { mean } from 'simple-statistics'
import { rankByEnergy } from '../src/compress/criteria/energy.js'
import type { Split } from '../src/data/dataset.js'
import { calibrate } from '../src/evaluate/calibrate.js'
import { inProcessEvaluator } from '../src/evaluate/in-process.js'
import { channelGroups } from '../src/graph/groups.js'
import { elementCount } from '../src/graph/tensor.js'
import { randomStream } from '../src/random.js'
import { initBackend } from '../src/tensor/backend.js'
import { memory } from '../src/tensor/tf.js'
import { loadFashion } from '../test/fixtures/fashion.js'
import { modelOf, root } from './nets.js'
import { graphOf, trainingOf } from './training.js'

const { values } = parseArgs({
  options: {
    net: { type: 'string', default: 'lenet5' },
    steps: { type: 'string', default: '2000' },
    candidates: { type: 'string', default: '500' },
    /** One candidate in so many is fine-tuned. */
    tuned: { type: 'string', default: '10' },
    native: { type: 'boolean', default: false },
  },
})
const backend = values.native ? 'tensorflow' : 'wasm'
const file = join(root, modelOf(values.net))

/**
 * Does something so many times and watches; says where memory grows. The resident set is a sawtooth, as garbage comes and
 * goes, so what counts is its mean over the last quarter beside that over the second.
 */
async function watch(what: string, times: number, work: (i: number) => Promise<unknown> | unknown) {
  const resident: number[] = []
  const tensors: number[] = []
  const window = Math.ceil(times / 20)
  for (let i = 0; i < times; i++) {
    await work(i)
    // Memory of the addon is given back between two turns of the event loop, as fine-tuning has them.
    await setImmediate()
    resident.push(process.memoryUsage.rss() / 2 ** 20)
    tensors.push(memory().numTensors)
    if ((i + 1) % window !== 0) continue
    const newest = resident.slice(-window)
    const range = `${Math.min(...newest).toFixed(0)} to ${Math.max(...newest).toFixed(0)} MiB`
    console.log(`${values.net} ${backend} ${what} ${i + 1}: ${tensors.at(-1)} tensors, ${range}`)
  }
  const quarter = Math.floor(times / 4)
  const [warm, last] = [mean(resident.slice(quarter, 2 * quarter)), mean(resident.slice(-quarter))]
  const grown = last / warm - 1
  const flat = tensors[quarter] === tensors.at(-1) && grown <= 0.1
  const means = `mean ${warm.toFixed(0)} MiB in the second quarter, ${last.toFixed(0)} in the last`
  console.log(
    `${values.net} ${backend} ${what}: ${means} (${(100 * grown).toFixed(1)} %), ${flat ? 'flat' : 'grows'}`,
  )
  if (!flat) process.exitCode = 1
}

/** The first samples of a split. */
function first(split: Split, n: number, size: number): Split {
  return { ...split, n, samples: split.samples.slice(0, n * size), labels: split.labels.slice(0, n) }
}

async function candidates(count: number): Promise<void> {
  const whole = loadFashion()
  const size = elementCount(whole.sampleShape)
  const data = { ...whole, train: first(whole.train, 640, size), val: first(whole.val, 500, size) }
  const graph = graphOf(file)
  const { groups } = channelGroups(graph)
  const moments = await calibrate(graph, data, 1)
  const ranking = rankByEnergy(graph, groups, moments)
  const fineTune = { epochs: 1, batchSize: 64, learningRate: 0.01, backend } as const
  const evaluator = inProcessEvaluator({ graph, groups, ranking, moments, data, fineTune, seed: '1' })
  const never = new AbortController().signal
  await watch('candidate', count, trial => {
    const random = randomStream(1, trial, 'widths')
    const keep = Object.fromEntries(groups.map(({ name, size }) => [name, 1 + random.below(size)]))
    if (trial % Number(values.tuned) !== 0) return evaluator.evaluate({ trial, keep, steps: 0 }, never)
    return evaluator.fineTune({ trial, keep }, () => {}, never)
  })
  await evaluator.close()
}

await initBackend(backend)
const { step } = trainingOf(file, 64, true)
if (Number(values.steps) > 0) await watch('step', Number(values.steps), step)
if (Number(values.candidates) > 0) await candidates(Number(values.candidates))
