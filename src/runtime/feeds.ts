import { elementCount } from '../graph/tensor.js'
import { type Graph, GraphError } from '../graph/types.js'
import { randomStream } from '../random.js'
import type { FloatValue } from './session.js'

/** One sample of made-up numbers for each input; open dimensions are 1. @throws GraphError for an input of another type. */
export function feedsOf(graph: Graph): Readonly<Record<string, FloatValue>> {
  return Object.fromEntries(
    graph.inputs.map(({ name, dtype, shape }, i) => {
      if (dtype !== 'float32') throw new GraphError(`input ${name}: expected float32, found ${dtype}`)
      const sizes = shape.map(dim => (typeof dim === 'number' ? dim : 1))
      const random = randomStream(0, i, 'feed')
      return [name, { data: Float32Array.from({ length: elementCount(sizes) }, random.normal), shape: sizes }]
    }),
  )
}
