import { describe, expect, it } from 'vitest'
import { type ResidualBlock, removeBlocks, residualBlocks } from '../../../src/compress/blocks/find.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { countMacs, layerCosts } from '../../../src/graph/cost.js'
import { channelGroups } from '../../../src/graph/groups.js'
import { sliceGraph } from '../../../src/graph/slice.js'
import type { Graph } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { loadModel } from '../../fixtures/models.js'
import { randomKept } from '../../fixtures/policies.js'
import { Builder } from '../../fixtures/random-graph/builder.js'
import { conv, gemm } from '../../fixtures/random-graph/layers.js'
import { outputsOf } from '../../fixtures/twin.js'
import { noiseInputs } from '../../fixtures/worst-twin.js'

/** Runs a graph without some blocks, whose layers are all that it must have lost. */
async function assertGone(graph: Graph, blocks: readonly ResidualBlock[]): Promise<void> {
  const shallow = removeBlocks(graph, blocks)
  const gone = new Set(blocks.flatMap(({ nodes }) => nodes))
  expect(shallow.nodes.map(({ id }) => id)).toEqual(
    graph.nodes.flatMap(({ id }) => (gone.has(id) ? [] : [id])),
  )
  const lost = layerCosts(graph).reduce((sum, { node, macs }) => sum + (gone.has(node) ? macs : 0), 0)
  expect(countMacs(shallow)).toBe(countMacs(graph) - lost)
  const outputs = await outputsOf(writeOnnx(shallow), noiseInputs(graph))
  for (const { data } of Object.values(outputs)) expect(data.every(Number.isFinite)).toBe(true)
}

describe.each([
  // Six blocks of which two go down by a convolution; all of MobileNet's sums skip by nothing.
  ['resnet14', 4],
  ['mobilenetv2', 5],
] as const)('%s', (name, count) => {
  const graph = loadModel(name)
  const blocks = residualBlocks(graph)

  it('has blocks that each can go, and all together', async () => {
    expect(blocks).toHaveLength(count)
    for (const block of blocks) await assertGone(graph, [block])
    await assertGone(graph, blocks)
  })

  it('can lose them when its channels are cut', async () => {
    const { groups } = channelGroups(graph)
    for (let i = 0; i < 3; i++) {
      const cut = sliceGraph(graph, groups, randomKept(groups, randomStream(5, i, name)))
      await assertGone(
        cut,
        blocks.filter((_, b) => (b + i) % 2 === 0),
      )
    }
  })
})

function build(make: (b: Builder) => void): Graph {
  const b = new Builder(randomStream(9, 0, make.toString()))
  make(b)
  return b.graph()
}

const classify = (b: Builder, x: { name: string; shape: readonly number[] }) =>
  b.output(gemm(b, b.node('Flatten', [x.name], [x.shape.reduce((p, n) => p * n, 1)]), 3))

describe('is no block', () => {
  it.each<[string, (b: Builder) => void]>([
    [
      'a sum of two branches',
      b => {
        const x = conv(b, b.input([3, 6, 6]), 4)
        classify(b, b.node('Add', [conv(b, x, 4).name, conv(b, x, 4).name], [4, 6, 6]))
      },
    ],
    [
      'a sum that widens what is skipped',
      b => {
        const x = b.input([1, 6, 6])
        classify(b, b.node('Add', [x.name, conv(b, x, 4).name], [4, 6, 6]))
      },
    ],
    [
      'a chain without weights',
      b => {
        const x = conv(b, b.input([3, 6, 6]), 4)
        classify(b, b.node('Add', [x.name, b.node('Relu', [x.name], x.shape).name], [4, 6, 6]))
      },
    ],
    [
      'a sum that is an output',
      b => {
        const x = conv(b, b.input([3, 6, 6]), 4)
        b.output(b.node('Add', [x.name, conv(b, x, 4).name], [4, 6, 6]))
      },
    ],
  ])('%s', (_, make) => {
    expect(residualBlocks(build(make))).toEqual([])
  })
})
