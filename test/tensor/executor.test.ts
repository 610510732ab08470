import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { createExecutor } from '../../src/tensor/executor.js'
import { memory, tensor, tidy } from '../../src/tensor/tf.js'
import { foldBatchNorm, insertBatchNorm } from '../../src/train/batch-norm.js'
import { initTested } from '../fixtures/backend.js'
import { loadModel, modelNames } from '../fixtures/models.js'
import { maxDifference, normalSamples, runGraph } from '../fixtures/run.js'

beforeAll(async () => {
  await initTested()
})

describe.each(modelNames)('%s', name => {
  const graph = loadModel(name)
  const x = normalSamples(randomStream(1, 1, name), 4 * 784)
  const shape = [4, 1, 28, 28]

  it('computes what ONNX Runtime computes, with batch norm put back too', async () => {
    const expected = await runGraph(graph, x, shape)
    for (const variant of [graph, insertBatchNorm(graph)]) {
      const executor = createExecutor(variant)
      const found = tidy(() => executor.run(tensor(x, shape)).dataSync<'float32'>().slice())
      executor.parameters.dispose()
      expect(maxDifference(found, expected)).toBeLessThanOrEqual(1e-4)
    }
  })

  it('gives its parameters back as they came', () => {
    const before = memory().numTensors
    const executor = createExecutor(graph)
    expect(executor.parameters.toGraph()).toEqual(graph)
    executor.parameters.dispose()
    expect(memory().numTensors).toBe(before)
  })

  it('folds batch norm back to the same function', async () => {
    const folded = foldBatchNorm(insertBatchNorm(graph))
    expect(folded.nodes.map(node => node.op)).toEqual(graph.nodes.map(node => node.op))
    expect(
      maxDifference(await runGraph(folded, x, shape), await runGraph(graph, x, shape)),
    ).toBeLessThanOrEqual(1e-5)
  })
})

it('names the node it cannot train', () => {
  const graph = loadModel('lenet5')
  const nodes = graph.nodes.map((node, i) => (i === 1 ? { ...node, op: 'Trilu' } : node))
  expect(() => createExecutor({ ...graph, nodes })).toThrow(/operator Trilu cannot be trained/)
})
