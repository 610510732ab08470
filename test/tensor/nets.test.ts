import { beforeAll, describe, expect, it } from 'vitest'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { createExecutor } from '../../src/tensor/executor.js'
import { memory, tensor, tidy } from '../../src/tensor/tf.js'
import { initTested } from '../fixtures/backend.js'
import { allNets } from '../fixtures/nets.js'
import { type BlockName, blockNames } from '../fixtures/random-graph/blocks.js'
import { randomGraph } from '../fixtures/random-graph/random-graph.js'
import { normalSamples } from '../fixtures/run.js'
import { outputsOf, relativeDifference, type Values } from '../fixtures/twin.js'

const TOLERANCE = 1e-4
const RANDOM_GRAPHS = 8

beforeAll(async () => {
  await initTested()
})

/** How far the executor's outputs are from those of ONNX Runtime. */
async function apart(graph: Graph, inputs: Values): Promise<number> {
  const before = memory().numTensors
  const executor = createExecutor(graph)
  const found = tidy(() => {
    const feeds = graph.inputs.map(({ name }) => tensor(inputs[name]!.data, [...inputs[name]!.shape]))
    return executor.outputs(feeds).map(y => ({ shape: y.shape, data: Float32Array.from(y.dataSync()) }))
  })
  executor.parameters.dispose()
  expect(memory().numTensors).toBe(before)
  const named = Object.fromEntries(graph.outputs.map(({ name }, i) => [name, found[i]!]))
  return relativeDifference(named, await outputsOf(writeOnnx(graph), inputs))
}

const nets = await allNets()

describe('what ONNX Runtime computes, the executor computes', () => {
  it.each(nets)('$name', async ({ graph, inputs }) => {
    expect(await apart(graph, inputs)).toBeLessThanOrEqual(TOLERANCE)
  })

  it.each(blockNames.map(block => ({ block })))('random graphs with $block', async ({ block }) => {
    const from: BlockName[] = [block, block, 'plain', 'pool', 'dense']
    for (let number = 0; number < RANDOM_GRAPHS; number++) {
      const random = randomStream(6, number, 'random graph')
      const graph = randomGraph(random, { from })
      const inputs = { x0: { data: normalSamples(random, 2 * 3 * 64), shape: [2, 3, 8, 8] } }
      expect(await apart(graph, inputs), `graph ${number}`).toBeLessThanOrEqual(TOLERANCE)
    }
  })
})
