import { expect, it } from 'vitest'
import { producingNodes, rankByTaylor } from '../../src/compress/criteria/taylor.js'
import { channelGroups } from '../../src/graph/groups.js'
import { elementCount, floats } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { insertBatchNorm } from '../../src/train/batch-norm.js'
import { lossChanges } from '../../src/train/loss-changes.js'
import { runGraph } from '../fixtures/run.js'
import { smallData, smallNet } from '../fixtures/small-net.js'

const SAMPLES = 70
const STEP = 1e-2

const { train, sampleShape, classes } = smallData(SAMPLES)
const data = { ...train, sampleShape, classes }

/** The graph with one index along the first axis of each tensor scaled. */
function scaled(graph: Graph, tensors: readonly string[], index: number, factor: number): Graph {
  const initializers = new Map(graph.initializers)
  for (const name of tensors) {
    const tensor = graph.initializers.get(name)!
    const inner = elementCount(tensor.shape.slice(1))
    const values = floats(tensor).map((value, i) =>
      Math.floor(i / inner) === index ? value * factor : value,
    )
    initializers.set(name, { ...tensor, data: values })
  }
  return { ...graph, initializers }
}

/** Cross-entropy of each sample, in ONNX Runtime. */
async function lossesOf(graph: Graph): Promise<number[]> {
  const logits = await runGraph(graph, train.samples, [SAMPLES, ...sampleShape])
  return Array.from(train.labels, (label, i) => {
    const row = [...logits.subarray(i * classes, (i + 1) * classes)]
    const largest = Math.max(...row)
    return largest + Math.log(row.reduce((sum, z) => sum + Math.exp(z - largest), 0)) - row[label]!
  })
}

/** Mean over the samples of |dC/dg| at g = 1 by central differences, where g scales the tensors that make a channel. */
async function byDifferences(graph: Graph, tensors: readonly string[], channel: number): Promise<number> {
  const above = await lossesOf(scaled(graph, tensors, channel, 1 + STEP))
  const below = await lossesOf(scaled(graph, tensors, channel, 1 - STEP))
  return above.reduce((sum, loss, i) => sum + Math.abs(loss - below[i]!) / (2 * STEP), 0) / SAMPLES
}

const plain = smallNet(1)
const normalized = insertBatchNorm(plain)

it.each([
  ['a bias of its own', plain, { first: ['w1', 'b1'], second: ['w2', 'b2'] }],
  [
    'a batch normalisation',
    normalized,
    {
      first: ['first/batch-norm/scale', 'first/batch-norm/shift'],
      second: ['second/batch-norm/scale', 'second/batch-norm/shift'],
    },
  ],
] as const)('agrees with finite differences behind %s', async (_, graph, made) => {
  const changes = await lossChanges(graph, new Set(Object.keys(made)), data)
  for (const [node, tensors] of Object.entries(made)) {
    for (const [channel, change] of changes.get(node)!.entries()) {
      const expected = await byDifferences(graph, tensors, channel)
      expect(Math.abs(change - expected)).toBeLessThan(0.02 * expected + 1e-3)
    }
  }
})

it('ranks what changes the loss most first', async () => {
  const { groups } = channelGroups(plain)
  expect([...producingNodes(groups)]).toEqual(['first', 'second'])
  const changes = await lossChanges(plain, producingNodes(groups), data)
  const ordered = [...rankByTaylor(groups, changes).get('first')!].map(c => changes.get('first')![c]!)
  expect(ordered).toEqual([...ordered].sort((a, b) => b - a))
})

it('goes by the classes of the model where the data show fewer', async () => {
  const nodes = new Set(['first', 'second'])
  const labels = train.labels.map(label => label % 2)
  const few = await lossChanges(plain, nodes, { ...data, labels, classes: 2 })
  expect(few).toEqual(await lossChanges(plain, nodes, { ...data, labels }))
})
