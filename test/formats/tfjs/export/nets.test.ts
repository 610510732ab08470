import { describe, expect, it } from 'vitest'
import { writeTfjs } from '../../../../src/formats/tfjs/write.js'
import { channelGroups } from '../../../../src/graph/groups.js'
import { sliceGraph } from '../../../../src/graph/slice.js'
import { randomStream } from '../../../../src/random.js'
import { loadModel } from '../../../fixtures/models.js'
import { allNets } from '../../../fixtures/nets.js'
import { randomKept } from '../../../fixtures/policies.js'
import { type BlockName, blockNames } from '../../../fixtures/random-graph/blocks.js'
import { randomGraph } from '../../../fixtures/random-graph/random-graph.js'
import { normalSamples } from '../../../fixtures/run.js'
import { apart } from './apart.js'

const TOLERANCE = 1e-4
const RANDOM_GRAPHS = 6

const nets = await allNets()

describe('what ONNX Runtime computes, TF.js computes from what is written', () => {
  it.each(nets)('$name, whole and pruned', async ({ graph, inputs }) => {
    expect(await apart(graph, inputs)).toBeLessThanOrEqual(TOLERANCE)
    const { groups } = channelGroups(graph)
    const kept = randomKept(groups, randomStream(1, 0, 'kept'))
    expect(await apart(sliceGraph(graph, groups, kept), inputs)).toBeLessThanOrEqual(TOLERANCE)
  })

  it.each(blockNames.map(block => ({ block })))('random graphs with $block', async ({ block }) => {
    const from: BlockName[] = [block, block, 'plain', 'pool', 'dense']
    for (let number = 0; number < RANDOM_GRAPHS; number++) {
      const random = randomStream(5, number, 'random graph')
      const graph = randomGraph(random, { from })
      const inputs = { x0: { data: normalSamples(random, 2 * 3 * 64), shape: [2, 3, 8, 8] } }
      expect(await apart(graph, inputs), `graph ${number}`).toBeLessThanOrEqual(TOLERANCE)
    }
  })
})

it('moves no map', () => {
  for (const name of ['resnet14', 'mobilenetv2', 'lenet5'] as const) {
    const { modelTopology } = writeTfjs(loadModel(name))
    const moves = modelTopology.node.filter(({ op }) => op === 'Transpose' || op === 'Reshape')
    // What the classifier reads is flattened.
    expect(
      moves.map(({ op }) => op),
      name,
    ).toEqual(['Reshape'])
  }
})

it('computes an activation within the layer that it follows', () => {
  const { modelTopology } = writeTfjs(loadModel('lenet5'))
  const fused = modelTopology.node.flatMap(({ attr }) => attr?.fused_ops?.list?.s ?? [])
  expect(fused.map(bytes => Buffer.from(String(bytes), 'base64').toString())).toEqual([
    'BiasAdd',
    'Relu',
    'BiasAdd',
    'Relu',
    'BiasAdd',
    'Relu',
    'BiasAdd',
  ])
  expect(modelTopology.node.filter(({ op }) => op === 'Relu')).toEqual([])
})
