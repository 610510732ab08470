import { describe, expect, it } from 'vitest'
import { linearLayers } from '../../src/compress/layer.js'
import type { Sparsity } from '../../src/compress/sparsity/sparsity.js'
import { intAttribute } from '../../src/graph/attributes.js'
import { floats } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { finetune } from '../../src/train/finetune.js'
import { fineTuneDefaults } from '../../src/train/options.js'
import { leftWhole, zeroShare } from '../../src/train/sparsify.js'
import { tested } from '../fixtures/backend.js'
import { loadFashion } from '../fixtures/fashion.js'
import { loadModel, type ModelName } from '../fixtures/models.js'

const data = loadFashion()
const n = 128

function train(
  name: ModelName,
  target: Sparsity,
  { start = loadModel(name), ...change }: { readonly start?: Graph; readonly [option: string]: unknown } = {},
  validate: (graph: Graph) => number = () => 0.5,
) {
  return finetune(
    {
      graph: start,
      samples: data.train.samples.slice(0, n * 784),
      labels: data.train.labels.slice(0, n),
      sampleShape: data.sampleShape,
      classes: 10,
      teacherLogits: null,
      validate: async graph => validate(graph),
    },
    {
      ...fineTuneDefaults,
      epochs: 2,
      batchSize: 32,
      learningRate: 0.01,
      backend: tested,
      seed: 1,
      sparsity: { target, schedule: 'gradual' },
      ...change,
    },
    () => {},
  )
}

describe('training to zeros', () => {
  it.each([['lenet300', 0.9] as const, ['mobilenetv1', 0.6] as const])(
    '%s ends with a share of %d, batch norm folded and all',
    async (name, share) => {
      const { graph, qualifies } = await train(name, { kind: 'share', share })
      expect(qualifies).toBe(true)
      expect(zeroShare(graph)).toBeCloseTo(share, 3)
      // A zero whose bits are not all zero is no zero to who stores or skips them.
      for (const { weight } of linearLayers(graph))
        expect(floats(graph.initializers.get(weight)!).some(w => Object.is(w, -0))).toBe(false)
    },
  )

  it('ends with a pattern in every layer that can have one', async () => {
    const { graph } = await train('lenet5', { kind: 'pattern', keep: 1, of: 2 }, { epochs: 1 })
    let layers = 0
    for (const { weight, contracted } of linearLayers(graph)) {
      const constant = graph.initializers.get(weight)!
      const size = constant.shape[contracted]!
      if (size % 2 !== 0) continue
      layers++
      const stride = constant.shape.slice(contracted + 1).reduce((product, of) => product * of, 1)
      const values = floats(constant)
      for (const i of values.keys()) {
        if (Math.floor(i / stride) % 2 === 0) expect(values[i] === 0 || values[i + stride] === 0).toBe(true)
      }
    }
    expect(layers).toBeGreaterThan(2)
  })

  it('never keeps a network without its zeros, however accurate', async () => {
    let asked = 0
    // The start and the first epoch, in which zeros are still coming, would be the best.
    const worse = () => 1 - 0.1 * asked++
    const { graph, epoch, qualifies } = await train('lenet300', { kind: 'share', share: 0.8 }, {}, worse)
    expect({ epoch, qualifies }).toEqual({ epoch: 2, qualifies: true })
    expect(zeroShare(graph)).toBeCloseTo(0.8, 3)
  })

  it('names the layers that keep all their weights under a pattern', () => {
    // LeNet-5's first convolution has one input channel; a depthwise convolution's filters have one each.
    expect(leftWhole(loadModel('lenet5'), { of: 4 })).toEqual([loadModel('lenet5').nodes[0]!.id])
    const graph = loadModel('mobilenetv1')
    const grouped = graph.nodes.filter(node => node.op === 'Conv' && intAttribute(node, 'group', 1) > 1)
    const [first] = graph.nodes
    expect(new Set(leftWhole(graph, { of: 4 }))).toEqual(new Set([first!, ...grouped].map(({ id }) => id)))
  })

  it('never keeps the start where scales are to shrink', async () => {
    let asked = 0
    const slim = { sparsity: null, scaleL1: 1e-3, epochs: 1 }
    const none = { kind: 'share', share: 0.5 } as const
    const { epoch } = await train('lenet5', none, slim, () => 1 - 0.1 * asked++)
    expect(epoch).toBe(1)
  })

  it('keeps the zeros that stand, and no others, and may keep the start', async () => {
    const { graph: pruned } = await train('lenet300', { kind: 'share', share: 0.7 }, { epochs: 1 })
    const standing = (accuracies: number[]) =>
      train('lenet300', { kind: 'standing' }, { start: pruned }, () => accuracies.shift() ?? 0)
    const { graph } = await standing([0.5, 0.6])
    for (const { weight } of linearLayers(graph)) {
      const [before, after] = [pruned, graph].map(of => floats(of.initializers.get(weight)!))
      expect(after!.map(w => Number(w === 0))).toEqual(before!.map(w => Number(w === 0)))
      expect(after).not.toEqual(before)
    }
    expect(await standing([0.5, 0.4])).toMatchObject({ epoch: 0, qualifies: true })
  })

  it('refuses a pattern that fits no layer', async () => {
    await expect(train('lenet300', { kind: 'pattern', keep: 2, of: 47 })).rejects.toThrow('multiple of 47')
  })
})
