import { expect, it } from 'vitest'
import { onnxSizeModel } from '../../../src/formats/onnx/size.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { channelGroups } from '../../../src/graph/groups.js'
import { sliceGraph } from '../../../src/graph/slice.js'
import type { Graph } from '../../../src/graph/types.js'
import { type Random, randomStream } from '../../../src/random.js'
import { allNets } from '../../fixtures/nets.js'
import { randomKept } from '../../fixtures/policies.js'
import { randomGraph } from '../../fixtures/random-graph/random-graph.js'

/** Promised less written bytes of a random slice. */
function difference(graph: Graph, random: Random): number {
  const { groups } = channelGroups(graph)
  const kept = randomKept(groups, random)
  const keep = groups.map(({ name, size }) => kept.get(name)?.length ?? size)
  return onnxSizeModel(graph, groups)(keep) - writeOnnx(sliceGraph(graph, groups, kept)).length
}

it('foretells the bytes of any slice of every net', async () => {
  for (const { name, graph } of await allNets())
    for (let policy = 0; policy < 2; policy++)
      expect(difference(graph, randomStream(1, policy, name)), name).toBe(0)
})

it('foretells the bytes of any slice of random graphs', () => {
  for (let number = 0; number < 100; number++) {
    const random = randomStream(2, number, 'onnx sizes')
    expect(difference(randomGraph(random), random), `graph ${number}`).toBe(0)
  }
})
