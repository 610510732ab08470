/**
 * Milliseconds of a forward pass and of a training step (batch norm put back, distillation) on the WASM backend, or with --native on TensorFlow: median and
 * fastest of several, and the CPU time of the process, which other load disturbs less.
 *
 *   npx tsx bench/train-step.ts [model.onnx ...] [--batch 64] [--steps 20] [--native]
 */
import { parseArgs } from 'node:util'
import { initBackend } from '../src/tensor/backend.js'
import { memory } from '../src/tensor/tf.js'
import { median } from './nets.js'
import { type Time, timed } from './timed.js'
import { trainingOf } from './training.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    batch: { type: 'string', default: '64' },
    steps: { type: 'string', default: '20' },
    native: { type: 'boolean' },
  },
})
const files = positionals.length > 0 ? positionals : ['examples/fashion/resnet14.onnx']
const [batchSize, steps] = [Number(values.batch), Number(values.steps)]

function summary(what: string, times: readonly Time[]): string {
  const [wall, cpu] = [times.map(time => time.wall), times.map(time => time.cpu)]
  const figures = [median(wall), Math.min(...wall), median(cpu)].map(ms => ms.toFixed(0))
  return `${what} ${figures[0]} ms (fastest ${figures[1]}, cpu ${figures[2]})`
}

function bench(file: string): void {
  const { forward, step } = trainingOf(file, batchSize, true)
  forward()
  step()
  const before = memory().numTensors
  const times = Array.from({ length: steps }, () => ({ forward: timed(forward), step: timed(step) }))
  const leaked = memory().numTensors - before
  const figures = (['forward', 'step'] as const).map(what =>
    summary(
      what,
      times.map(time => time[what]),
    ),
  )
  console.log([`${file}, batch ${batchSize}`, ...figures, `${leaked} tensors leaked`].join(': '))
}

await initBackend(values.native ? 'tensorflow' : 'wasm')
for (const file of files) bench(file)
