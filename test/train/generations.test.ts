import { expect, it } from 'vitest'
import { type Graph, GraphError } from '../../src/graph/types.js'
import { trainGenerations } from '../../src/train/generations.js'
import { type FineTuneOptions, fineTuneDefaults } from '../../src/train/options.js'
import { tested } from '../fixtures/backend.js'
import { loadModel } from '../fixtures/models.js'
import { runGraph } from '../fixtures/run.js'
import { smallData, smallNet } from '../fixtures/small-net.js'

const n = 32
const { train, sampleShape, classes } = smallData(n)
const options = {
  ...fineTuneDefaults,
  ...{ epochs: 2, batchSize: 16, learningRate: 0.05, seed: 1, backend: tested, batchNorm: false },
}

/** Three generations of a small net, each later epoch judged better. */
async function generationsOf(changed: Partial<FineTuneOptions>) {
  const [started, asked]: [number[], Graph[]] = [[], []]
  const judged: string[] = []
  const results = await trainGenerations(
    {
      ...{ ...train, sampleShape, classes, teacherLogits: null },
      async start(generation) {
        started.push(generation)
        return smallNet(1)
      },
      async predict(graph) {
        asked.push(graph)
        return [await runGraph(graph, train.samples, [n, ...sampleShape])]
      },
      validate: async () => judged.length,
      onJudged: ({ generation, epoch }) => judged.push(`${generation}/${epoch}`),
    },
    3,
    { ...options, ...changed },
    () => {},
  )
  return { results, started, asked, judged }
}

it('starts each generation anew and has it taught by the one before', async () => {
  const { results, started, asked, judged } = await generationsOf({})
  expect(started).toEqual([1, 2, 3])
  expect(judged).toEqual(['1/0', '1/1', '1/2', '2/0', '2/1', '2/2', '3/0', '3/1', '3/2'])
  expect(results.map(({ generation, epoch }) => [generation, epoch])).toEqual([
    [1, 2],
    [2, 2],
    [3, 2],
  ])
  expect(asked).toEqual(results.slice(0, 2).map(({ graph }) => graph))
})

it('has the labels alone teach the first, and the teacher count in the second', async () => {
  const [soft, lone] = [await generationsOf({}), await generationsOf({ distillation: 0 })]
  // Without its share of the loss a teacher says nothing, which changes the second generation and not the first.
  expect(lone.results[0]).toEqual(soft.results[0])
  expect(lone.results[1]).not.toEqual(soft.results[1])
})

it('gives every generation an order of the samples of its own', async () => {
  const { results } = await generationsOf({ distillation: 0 })
  expect(results[1]!.graph).not.toEqual(results[0]!.graph)
})

it('refuses hints between generations that have no maps before it trains the first', async () => {
  const steps: number[] = []
  const run = trainGenerations(
    {
      samples: new Float32Array(n * 784),
      labels: train.labels,
      ...{ sampleShape: [1, 28, 28], classes: 10, teacherLogits: null },
      start: async () => loadModel('lenet300'),
      predict: async () => [new Float32Array()],
      validate: async () => 0,
    },
    2,
    { ...options, distill: 'hints' },
    ({ step }) => steps.push(step),
  )
  await expect(run).rejects.toThrow(GraphError)
  expect(steps).toEqual([])
})
