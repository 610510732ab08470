import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readPare } from '../../../src/formats/pare/read.js'
import { type PareMode, writePare } from '../../../src/formats/pare/write.js'
import { fakeQuantizeOf, quantizedIntegers } from '../../../src/graph/fake-quantize.js'
import { floats } from '../../../src/graph/tensor.js'
import type { Graph } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { loadModel, modelNames } from '../../fixtures/models.js'
import { randomGraph } from '../../fixtures/random-graph/random-graph.js'
import { compressed } from './compressed.js'

const GRAPHS = 60
const modes: readonly PareMode[] = ['exact', 'packed', 'small']

/** The numbers that each reader of a weight gets, by the names of both. */
function weightsSeen(graph: Graph): Map<string, Float32Array> {
  const made = new Map<string, Float32Array>()
  for (const [name, tensor] of graph.initializers)
    if (tensor.dtype === 'float32') made.set(name, floats(tensor))
  for (const node of graph.nodes) {
    const q = fakeQuantizeOf(node)
    if (q === undefined) continue
    const weight = graph.initializers.get(q.input)!
    const steps = floats(graph.initializers.get(q.scale)!)
    const inner = weight.shape.slice((q.axis ?? -1) + 1).reduce((product, size) => product * size, 1)
    const step = (i: number) => (q.axis === null ? steps[0]! : steps[Math.floor(i / inner) % steps.length]!)
    made.set(
      q.output,
      Float32Array.from(quantizedIntegers(graph, q), (integer, i) => integer * step(i)),
    )
  }
  return new Map(
    graph.nodes.flatMap(node =>
      node.op === 'FakeQuantize'
        ? []
        : node.inputs.flatMap((name, i) => {
            const weight = made.get(name)
            return weight === undefined ? [] : [[`${node.id} ${i}`, weight] as const]
          }),
    ),
  )
}

describe.each(modes)('a model in a .pare file, %s', mode => {
  it.each(modelNames)('is the same graph when read again: %s', name => {
    const graph = loadModel(name)
    const bytes = writePare(graph, mode)
    expect(isDeepStrictEqual(readPare(bytes), graph)).toBe(true)
    expect(Buffer.compare(writePare(readPare(bytes), mode), bytes)).toBe(0)
  })

  it('has the same weights, and the same bytes when written again, whatever was done to it', () => {
    for (let number = 0; number < GRAPHS; number++) {
      const random = randomStream(1, number, 'container')
      const graph = compressed(randomGraph(random), random)
      const bytes = writePare(graph, mode)
      // As a part of a larger buffer, which files are read into.
      const read = readPare(Buffer.from(bytes))
      expect(isDeepStrictEqual(weightsSeen(read), weightsSeen(graph)), `graph ${number}`).toBe(true)
      expect(Buffer.compare(writePare(read, mode), bytes), `graph ${number}`).toBe(0)
      expect(read.outputs).toEqual(graph.outputs)
    }
  })
})
