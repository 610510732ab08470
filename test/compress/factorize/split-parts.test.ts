import { expect, it } from 'vitest'
import { createFactorize } from '../../../src/compress/factorize/factorize.js'
import { splittableLayers } from '../../../src/compress/factorize/layers.js'
import { splitForms } from '../../../src/compress/factorize/split-cost.js'
import { splitParts } from '../../../src/compress/factorize/split-parts.js'
import { readOnnx } from '../../../src/formats/onnx/read.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import type { Graph } from '../../../src/graph/types.js'
import { loadModel } from '../../fixtures/models.js'

const idsOf = ({ nodes }: Graph) => new Set(nodes.map(({ id }) => id))

it.each(splitForms)('finds in a file what splitting in the form %s has told', form => {
  const net = loadModel('lenet5')
  const ranks = new Map(splittableLayers(net).map(({ node }, i) => [node, 2 + i]))
  const { graph, thin } = createFactorize(form)(net, ranks)
  expect(thin.size).toBeGreaterThan(2)
  const found = splitParts(readOnnx(writeOnnx(graph)), idsOf(net))
  expect(new Map([...found].map(([layer, { nodes }]) => [layer, nodes]))).toEqual(thin)
  for (const [layer, { rank }] of found) expect(rank).toBe(ranks.get(layer))
})

it('finds the names of what is split again, and none in an original that has such names itself', () => {
  const net = loadModel('lenet300')
  const [first] = splittableLayers(net)
  const once = createFactorize('outputs')(net, new Map([[first!.node, 40]])).graph
  expect(splitParts(once, idsOf(once))).toEqual(new Map())
  const twice = createFactorize('outputs')(once, new Map([[first!.node, 20]]))
  expect(splitParts(twice.graph, idsOf(once))).toEqual(
    new Map([[first!.node, { nodes: twice.thin.get(first!.node), rank: 20 }]]),
  )
})
