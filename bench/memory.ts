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
import { inProcessEvaluator } from '../src/evaluate/in-process.js'
import { initBackend } from '../src/tensor/backend.js'
import { memory } from '../src/tensor/tf.js'
import { candidateOf, contextOf } from './candidates.js'
import { modelOf, root } from './nets.js'
import { trainingOf } from './training.js'

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
 * Does something so many times, at least 200, and watches. The resident set is a sawtooth, as garbage comes and goes, so
 * what counts is its mean over the last quarter beside that over the second, and beside that about the hundredth time.
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
  const last = mean(resident.slice(-quarter))
  const earlier = {
    'the second quarter': resident.slice(quarter, 2 * quarter),
    'turns 90 to 110': resident.slice(90, 110),
  }
  const grown = Object.entries(earlier).map(([since, then]) => {
    const before = mean(then)
    const growth = last / before - 1
    const means = `mean ${before.toFixed(0)} MiB in ${since}, ${last.toFixed(0)} in the last quarter`
    console.log(`${values.net} ${backend} ${what}: ${means} (${(100 * growth).toFixed(1)} %)`)
    return growth
  })
  const flat = tensors[quarter] === tensors.at(-1) && grown.every(growth => growth <= 0.1)
  console.log(`${values.net} ${backend} ${what}: ${flat ? 'flat' : 'grows'}`)
  if (!flat) process.exitCode = 1
}

async function candidates(count: number): Promise<void> {
  const context = await contextOf(file, backend)
  const evaluator = inProcessEvaluator(context)
  const never = new AbortController().signal
  await watch('candidate', count, trial => {
    const candidate = candidateOf(context, trial)
    if (trial % Number(values.tuned) !== 0) return evaluator.evaluate({ ...candidate, steps: 0 }, never)
    return evaluator.fineTune(candidate, () => {}, never)
  })
  await evaluator.close()
}

await initBackend(backend)
const { step } = trainingOf(file, 64, true)
if (Number(values.steps) > 0) await watch('step', Number(values.steps), step)
if (Number(values.candidates) > 0) await candidates(Number(values.candidates))
