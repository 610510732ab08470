import { beforeAll, describe, expect, it } from 'vitest'
import { producingNodes, rankByTaylor } from '../../src/compress/criteria/taylor.js'
import type { DataSet } from '../../src/data/dataset.js'
import { scoreModel } from '../../src/evaluate/score.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { channelGroups } from '../../src/graph/groups.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { memory } from '../../src/tensor/tf.js'
import { finetune } from '../../src/train/finetune.js'
import { lossChanges } from '../../src/train/loss-changes.js'
import { fineTuneDefaults } from '../../src/train/options.js'
import { initTested } from '../fixtures/backend.js'
import { Builder } from '../fixtures/random-graph/builder.js'
import { einsumAttention, queries, visionTransformer } from '../fixtures/vision-transformer.js'

const CLASSES = 4
const CELLS = 3 * 64

beforeAll(async () => {
  await initTested()
})

/** Noise, in which the first cell of one of the four patches is brighter: which one is the class. */
function brightPatches(n: number, seed: number): DataSet['train'] {
  const random = randomStream(seed, 0, 'bright patches')
  const labels = Int32Array.from({ length: n }, () => random.below(CLASSES))
  const samples = Float32Array.from({ length: n * CELLS }, (_, i) => {
    const [row, column] = [Math.floor(i / 8) % 8, i % 8]
    const patch = row % 4 === 0 && column % 4 === 0 ? (row / 4) * 2 + column / 4 : -1
    return 0.5 * random.normal() + (patch === labels[Math.floor(i / CELLS)] ? 1.5 : 0)
  })
  return { samples, labels, n }
}

const train = brightPatches(512, 1)
const val = brightPatches(256, 2)

const makers: Readonly<Record<string, (b: Builder) => void>> = {
  'MatMul and Split': b => visionTransformer(b, queries['one dense layer, split']!),
  Einsum: einsumAttention,
}

const nets = Object.entries(makers).map(([name, make]) => {
  const b = new Builder(randomStream(3, 0, name))
  make(b)
  return [name, b.graph()] as const
})

const accuracyOf = async (graph: Graph) => (await scoreModel(writeOnnx(graph), val, [3, 8, 8])).score

describe.each(nets)('a transformer with attention by %s', (_, graph) => {
  it('learns', async () => {
    const losses: number[] = []
    const tensors = memory().numTensors
    const tuned = await finetune(
      {
        ...train,
        graph,
        sampleShape: [3, 8, 8],
        classes: CLASSES,
        teacherLogits: null,
        validate: accuracyOf,
      },
      { ...fineTuneDefaults, epochs: 8, batchSize: 32, learningRate: 0.1, seed: 1 },
      ({ loss }) => losses.push(loss),
    )
    expect(memory().numTensors).toBe(tensors)
    const last = losses.slice(-10).reduce((sum, loss) => sum + loss / 10, 0)
    // Chance is log(4), 1.39 nats.
    expect(last).toBeLessThan(0.4)
    expect(tuned.accuracy).toBeGreaterThan(0.9)
    expect(await accuracyOf(tuned.graph)).toBe(tuned.accuracy)
  })
  it('has its channels ranked by what the loss would change without them', async () => {
    const { groups } = channelGroups(graph)
    const layers = producingNodes(groups)
    const data = {
      ...train,
      samples: train.samples.subarray(0, 20 * CELLS),
      labels: train.labels.subarray(0, 20),
    }
    const changes = await lossChanges(graph, layers, { ...data, sampleShape: [3, 8, 8], classes: CLASSES })
    expect(new Set(changes.keys())).toEqual(layers)
    for (const [name, values] of changes) {
      expect(values.every(Number.isFinite), name).toBe(true)
      expect(
        values.some(value => value > 0),
        name,
      ).toBe(true)
    }
    for (const { name, size } of groups) expect(rankByTaylor(groups, changes).get(name)).toHaveLength(size)
  })
})
