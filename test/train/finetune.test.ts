import { beforeAll, describe, expect, it } from 'vitest'
import type { DataSet } from '../../src/data/dataset.js'
import { scoreModel } from '../../src/evaluate/score.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { floats, floatTensor } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { memory } from '../../src/tensor/tf.js'
import { DivergedError, finetune, type Progress } from '../../src/train/finetune.js'
import { fineTuneDefaults } from '../../src/train/options.js'
import { initTested, tested } from '../fixtures/backend.js'
import { loadFashion } from '../fixtures/fashion.js'
import { loadModel } from '../fixtures/models.js'

let data: DataSet

beforeAll(async () => {
  data = loadFashion()
  await initTested()
})

/** The net with noise on every weight: as accurate as a badly pruned one. */
function damaged(graph: Graph): Graph {
  const random = randomStream(2, 0, 'damage')
  const initializers = new Map(
    [...graph.initializers].map(([name, tensor]) => {
      if (tensor.dtype !== 'float32' || tensor.shape.length < 2) return [name, tensor] as const
      const spread = Math.sqrt(floats(tensor).reduce((sum, w) => sum + w * w, 0) / tensor.data.length)
      return [
        name,
        floatTensor(
          tensor.shape,
          floats(tensor).map(w => w + 1.2 * spread * random.normal()),
        ),
      ] as const
    }),
  )
  return { ...graph, initializers }
}

function run(
  graph: Graph,
  samples: number,
  options: Partial<Parameters<typeof finetune>[1]> = {},
  signal?: AbortSignal,
) {
  const size = data.train.samples.length / data.train.n
  return finetune(
    {
      graph,
      samples: data.train.samples.slice(0, samples * size),
      labels: data.train.labels.slice(0, samples),
      sampleShape: data.sampleShape,
      classes: data.classes,
      teacherLogits: null,
      validate: async tuned => (await scoreModel(writeOnnx(tuned), data.val, data.sampleShape)).score,
    },
    {
      ...fineTuneDefaults,
      epochs: 1,
      batchSize: 64,
      learningRate: 0.02,
      seed: 1,
      backend: tested,
      ...options,
    },
    () => {},
    signal,
  )
}

describe('fine-tuning', () => {
  it('recovers a damaged net, the same way twice, and leaves no tensor behind', async () => {
    const graph = damaged(loadModel('lenet5'))
    const before = (await scoreModel(writeOnnx(graph), data.val, data.sampleShape)).score
    const tensors = memory().numTensors
    const tuned = await run(graph, 640)
    expect(memory().numTensors).toBe(tensors)
    expect(tuned.accuracy).toBeGreaterThan(before + 0.05)
    // The file that would be exported scores what training said.
    expect((await scoreModel(writeOnnx(tuned.graph), data.val, data.sampleShape)).score).toBe(tuned.accuracy)
    const again = await run(graph, 640)
    expect(Buffer.from(writeOnnx(again.graph)).equals(writeOnnx(tuned.graph))).toBe(true)
  })

  it('trains as many steps as asked for, over epochs, and is judged once', async () => {
    const seen: Progress[] = []
    const graph = damaged(loadModel('lenet300'))
    let judged = 0
    const size = data.train.samples.length / data.train.n
    const tuned = await finetune(
      {
        graph,
        samples: data.train.samples.slice(0, 200 * size),
        labels: data.train.labels.slice(0, 200),
        sampleShape: data.sampleShape,
        classes: data.classes,
        teacherLogits: null,
        validate: async () => ++judged,
      },
      // Three batches of 64 an epoch, so five steps end within the second.
      {
        ...fineTuneDefaults,
        epochs: 0,
        steps: 5,
        batchSize: 64,
        learningRate: 0.02,
        seed: 1,
        backend: tested,
      },
      progress => seen.push(progress),
    )
    expect(judged).toBe(1)
    expect(tuned).toMatchObject({ accuracy: 1, epoch: 2 })
    expect(seen.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 4],
      [2, 5],
    ])
    expect(seen.every(({ epochs, steps }) => epochs === 2 && steps === 5)).toBe(true)
  })

  it('keeps the start where training only harms', async () => {
    const graph = loadModel('lenet300')
    const tuned = await run(graph, 640, { learningRate: 3, clipNorm: 1e9 }).catch(error => error)
    if (tuned instanceof Error) expect(tuned).toBeInstanceOf(DivergedError)
    else expect(tuned.graph).toBe(graph)
  })

  it('stops between two steps when told to', async () => {
    const stop = new AbortController()
    const tensors = memory().numTensors
    const running = run(loadModel('lenet300'), 2000, { epochs: 50 }, stop.signal)
    stop.abort(new Error('enough'))
    await expect(running).rejects.toThrow('enough')
    expect(memory().numTensors).toBe(tensors)
  })
})
