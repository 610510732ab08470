/**
 * Milliseconds of a forward pass and of a training step (batch norm put back, distillation) on the WASM backend, or with --native on TensorFlow: median and
 * fastest of several, and the CPU time of the process, which other load disturbs less.
 *
 *   npx tsx bench/train-step.ts [model.onnx ...] [--batch 64] [--steps 20] [--native]
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readOnnx } from '../src/formats/onnx/read.js'
import { elementCount } from '../src/graph/tensor.js'
import type { Graph } from '../src/graph/types.js'
import { permutation, randomStream } from '../src/random.js'
import { initBackend } from '../src/tensor/backend.js'
import { createExecutor } from '../src/tensor/executor.js'
import { memory, tensor, tidy } from '../src/tensor/tf.js'
import { Batches } from '../src/train/batches.js'
import { createLearner } from '../src/train/learner.js'
import { fineTuneDefaults } from '../src/train/options.js'
import { trainStep } from '../src/train/step.js'

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

interface Time {
  readonly wall: number
  readonly cpu: number
}

function timed(run: () => void): Time {
  const cpu = process.cpuUsage()
  const start = performance.now()
  run()
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return { wall, cpu: (user + system) / 1000 }
}

function summary(what: string, times: readonly Time[]): string {
  const of = (key: keyof Time) => times.map(time => time[key]).toSorted((a, b) => a - b)
  const [wall, cpu] = [of('wall'), of('cpu')]
  const middle = Math.floor(times.length / 2)
  return `${what} ${wall[middle]!.toFixed(0)} ms (fastest ${wall[0]!.toFixed(0)}, cpu ${cpu[middle]!.toFixed(0)})`
}

function sampleShapeOf({ inputs }: Graph): readonly number[] {
  return inputs[0]!.shape.slice(1).map(size => {
    if (typeof size === 'string') throw new Error(`the size of input axis ${size} is open`)
    return size
  })
}

function bench(file: string): void {
  const graph = readOnnx(readFileSync(file))
  const sampleShape = sampleShapeOf(graph)
  const classes = Number(graph.outputs[0]!.shape?.[1])
  const random = randomStream(1, 0, 'bench')
  const normal = (length: number) => Float32Array.from({ length }, () => random.normal())
  const samples = normal(batchSize * elementCount(sampleShape))
  const options = { ...fineTuneDefaults, epochs: 1, batchSize, learningRate: 0.01, seed: 1 }
  const batches = new Batches(
    {
      samples,
      sampleShape,
      classes,
      labels: Int32Array.from({ length: batchSize }, () => random.below(classes)),
      teacherLogits: normal(batchSize * classes),
    },
    options,
  )
  const student = createLearner(graph, { samples, sampleShape }, options)
  const plain = createExecutor(graph)
  const forward = () => tidy(() => plain.run(tensor(samples, [batchSize, ...sampleShape])).dataSync())
  const step = () => {
    const batch = batches.take(permutation(batchSize, random), 0, random)
    trainStep(student, { kind: 'stored' }, batch, options, { rate: 0.01, momentum: 0.9 })
  }
  forward()
  step()
  const before = memory().numTensors
  const times = Array.from({ length: steps }, () => ({ forward: timed(forward), step: timed(step) }))
  const leaked = memory().numTensors - before
  console.log(
    [
      `${file}, batch ${batchSize}`,
      summary(
        'forward',
        times.map(time => time.forward),
      ),
      summary(
        'step',
        times.map(time => time.step),
      ),
      `${leaked} tensors leaked`,
    ].join(': '),
  )
}

await initBackend(values.native ? 'tensorflow' : 'wasm')
for (const file of files) bench(file)
