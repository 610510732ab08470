import { beforeAll, expect, it } from 'vitest'
import { floatTensor } from '../../src/graph/tensor.js'
import type { Graph, Node } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { createExecutor } from '../../src/tensor/executor.js'
import { adoptStatistics, foldBatchNorm, insertBatchNorm } from '../../src/train/batch-norm.js'
import { measureStatistics } from '../../src/train/statistics.js'
import { initTested } from '../fixtures/backend.js'
import { maxDifference, normalSamples, runGraph } from '../fixtures/run.js'

beforeAll(async () => {
  await initTested()
})

const random = randomStream(9, 0, 'insert')
const node = (id: string, op: string, inputs: readonly string[]): Node => ({
  id,
  op,
  domain: '',
  inputs,
  outputs: [id],
  attributes: op === 'Conv' ? { pads: { kind: 'ints', value: [1, 1, 1, 1] } } : {},
})

/** Two convolutions that share their bias; the first is read twice, as a linear bottleneck is. */
const graph: Graph = {
  name: 'shared',
  irVersion: 8,
  opset: 17,
  otherOpsets: {},
  metadata: {},
  initializers: new Map([
    ['w1', floatTensor([3, 3, 3, 3], normalSamples(random, 81))],
    ['w2', floatTensor([3, 3, 3, 3], normalSamples(random, 81))],
    ['b', floatTensor([3], normalSamples(random, 3))],
  ]),
  nodes: [
    node('first', 'Conv', ['x', 'w1', 'b']),
    node('second', 'Conv', ['first', 'w2', 'b']),
    node('sum', 'Add', ['first', 'second']),
  ],
  inputs: [{ name: 'x', dtype: 'float32', shape: ['n', 3, 5, 5] }],
  outputs: [{ name: 'sum', dtype: 'float32', shape: ['n', 3, 5, 5] }],
}

const shape = [4, 3, 5, 5]
const x = normalSamples(random, 4 * 75)

it('normalises a convolution that is read twice, with its own statistics, and folds it again', async () => {
  const inserted = insertBatchNorm(graph)
  expect(inserted.nodes.filter(({ op }) => op === 'BatchNormalization')).toHaveLength(2)
  const executor = createExecutor(inserted)
  const measured = measureStatistics(executor, x, shape.slice(1), 'stored')
  executor.parameters.dispose()
  const adopted = adoptStatistics(inserted, measured)
  const folded = foldBatchNorm(adopted)
  expect(folded.nodes.map(({ op }) => op)).toEqual(['Conv', 'Conv', 'Add'])
  const expected = await runGraph(graph, x, shape)
  for (const variant of [inserted, adopted, folded])
    expect(maxDifference(await runGraph(variant, x, shape), expected)).toBeLessThan(1e-4)
})

it('measures the mean and variance that a loop finds', async () => {
  const inserted = insertBatchNorm(graph)
  const executor = createExecutor(inserted)
  const measured = measureStatistics(executor, x, shape.slice(1), 'stored')
  executor.parameters.dispose()
  const plain = {
    ...graph,
    nodes: graph.nodes.slice(0, 1),
    outputs: [{ ...graph.outputs[0]!, name: 'first' }],
  }
  const outputs = await runGraph(plain, x, shape)
  const bias = graph.initializers.get('b')!.data
  const { mean, variance } = [...measured.values()][0]!
  for (let c = 0; c < 3; c++) {
    const values = [...outputs].filter((_, i) => Math.floor(i / 25) % 3 === c).map(y => y - Number(bias[c]))
    const average = values.reduce((sum, y) => sum + y, 0) / values.length
    expect(mean[c]).toBeCloseTo(average, 4)
    expect(variance[c]).toBeCloseTo(values.reduce((sum, y) => sum + (y - average) ** 2, 0) / values.length, 3)
  }
})

it('gives batch norms that share constants a copy each', async () => {
  const statistics = { scale: [1, 1, 1], shift: [0, 0, 0], mean: [0, 0, 0], variance: [1, 1, 1] }
  const initializers = new Map(graph.initializers)
  for (const [name, values] of Object.entries(statistics)) initializers.set(name, floatTensor([3], values))
  const norm = (id: string, input: string) =>
    node(id, 'BatchNormalization', [input, ...Object.keys(statistics)])
  const shared: Graph = {
    ...graph,
    initializers,
    nodes: [
      node('first', 'Conv', ['x', 'w1', 'b']),
      norm('norm1', 'first'),
      node('second', 'Conv', ['norm1', 'w2', 'b']),
      norm('sum', 'second'),
    ],
  }
  const own = insertBatchNorm(shared)
  const executor = createExecutor(own)
  const adopted = adoptStatistics(own, measureStatistics(executor, x, shape.slice(1), 'stored'))
  executor.parameters.dispose()
  const expected = await runGraph(shared, x, shape)
  for (const variant of [adopted, foldBatchNorm(shared)])
    expect(maxDifference(await runGraph(variant, x, shape), expected)).toBeLessThan(2e-3)
})

it('leaves a convolution whose bias is computed, and a net without convolutions, as they are', () => {
  const half = { ...node('half', 'Sigmoid', ['b']) }
  const computed: Graph = {
    ...graph,
    nodes: [half, node('first', 'Conv', ['x', 'w1', 'half']), node('sum', 'Relu', ['first'])],
  }
  const none: Graph = { ...graph, nodes: [node('sum', 'Relu', ['x'])], initializers: new Map() }
  for (const plain of [computed, none]) expect(insertBatchNorm(plain).nodes).toEqual(plain.nodes)
})
