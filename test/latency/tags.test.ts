import { describe, expect, it } from 'vitest'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import type { Graph } from '../../src/graph/types.js'
import { networkLayers } from '../../src/latency/layers.js'
import { layersOfKernels, tagLayers } from '../../src/latency/tags.js'
import { openSession } from '../../src/runtime/session.js'
import { allNets } from '../fixtures/nets.js'
import type { Values } from '../fixtures/twin.js'

describe.each(await allNets())('tags in the names of $name', ({ graph, inputs }) => {
  it('leave what it computes as it is', async () => {
    const tagged = tagLayers(graph, networkLayers(graph))
    expect(await outputsOf(tagged, inputs)).toEqual(await outputsOf(graph, inputs))
  })
})

async function outputsOf(graph: Graph, inputs: Values) {
  const session = await openSession(writeOnnx(graph))
  const outputs = Object.values(await session.run(inputs))
  await session.close()
  return outputs
}

describe('kernels of layers', () => {
  it('are known by their tags; one without goes with the one before or the next', () => {
    const kernels = [
      { name: 'ReorderInput', op: 'ReorderInput' },
      { name: 'a@0@_nchwc', op: 'Conv' },
      { name: 'ReorderOutput_1', op: 'ReorderOutput' },
      { name: 'ReorderInput_2', op: 'ReorderInput' },
      { name: 'fused b.0@12@', op: 'FusedConv' },
      { name: 'last', op: 'ReorderOutput' },
    ]
    expect(layersOfKernels(kernels)).toEqual([0, 0, 0, 12, 12, 12])
  })
})
