/** G14: a model whose exporter left a batch of one in a shape, though it declares its batch open. */
import { expect, it } from 'vitest'
import { calibrate } from '../../src/evaluate/calibrate.js'
import { isBatchFixed } from '../../src/evaluate/original.js'
import { modelLogits } from '../../src/evaluate/score.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { int64Tensor } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { loadModel } from '../fixtures/models.js'
import { maxDifference, normalSamples } from '../fixtures/run.js'

const sampleShape = [1, 28, 28]
const N = 7
const split = {
  n: N,
  samples: normalSamples(randomStream(3, 0, 'batch'), N * 784),
  labels: new Int32Array(N),
}
const data = { sampleShape, classes: 10, train: split, val: split, test: split }

const open = loadModel('lenet5')
const fixed: Graph = {
  ...open,
  initializers: new Map(open.initializers).set('one', int64Tensor([2], [1, 800])),
  nodes: open.nodes.map(node =>
    node.op === 'Flatten'
      ? { ...node, op: 'Reshape', inputs: [node.inputs[0]!, 'one'], attributes: {} }
      : node,
  ),
}

it('is found out', async () => {
  expect(await isBatchFixed(writeOnnx(fixed), sampleShape)).toBe(true)
  expect(await isBatchFixed(writeOnnx(open), sampleShape)).toBe(false)
})

it('is scored sample by sample, and declares what it did', async () => {
  const [found, expected] = await Promise.all(
    [fixed, open].map(graph => modelLogits(writeOnnx(graph), split, sampleShape)),
  )
  expect(maxDifference(found!, expected!)).toBeLessThan(1e-4)
})

const declared = (batch: number): Graph => ({
  ...open,
  inputs: open.inputs.map(input => ({ ...input, shape: [batch, ...sampleShape] })),
  outputs: open.outputs.map(output => ({ ...output, shape: [batch, 10] })),
})

it.each([
  ['left in a shape', fixed, N],
  ['declared to be one', declared(1), N],
  ['declared to be three', declared(3), 6],
])('is calibrated as any other, with a batch %s', async (_, graph, samples) => {
  const some = { ...data, train: { ...split, n: samples } }
  const [found, expected] = [await calibrate(graph, data, 1), await calibrate(open, some, 1)]
  // Dense layers have one row a sample, in order.
  const dense = expected.flatMap(({ node }, i) => (node.includes('Gemm') ? [i] : []))
  expect(dense).toHaveLength(2)
  for (const i of dense) {
    expect(found[i]!.rows).toBe(samples)
    const [mean, wanted] = [found[i]!, expected[i]!].map(moments => Float32Array.from(moments.mean))
    expect(maxDifference(mean!, wanted!)).toBeLessThan(1e-4)
  }
})
