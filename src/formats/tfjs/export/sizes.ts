import { valuesOf } from '../../../graph/integers.js'
import { infer } from '../../../graph/shapes.js'
import { int64Tensor } from '../../../graph/tensor.js'
import { atTwoBatches } from '../../../graph/two-batches.js'
import { type Graph, GraphError } from '../../../graph/types.js'
import type { Constant, Size } from '../import/value.js'
import type { BatchSizes } from './value.js'

/** What is known of a Graph's values whatever the batch. */
export interface Sizes {
  /** ONNX's shape of a value; a size of null depends on the batch. @throws GraphError for a value without shape. */
  of(name: string): readonly Size[]
  /** Whether the size of a value along an axis is the batch, not another that depends on it. */
  isBatch(name: string, axis: number): boolean
  /** The numbers of a constant or of a shape that the model computes; undefined where only its run tells them. */
  numbers(name: string): Constant | BatchSizes | undefined
}

/** Two batches: what is the same for both is the same for all. No other size is likely to be one of these. */
const BATCHES = [3, 7] as const

const twice = <T>(known: T) => [known, known] as const

/** Looks at a graph at two batches. A graph that holds one batch only, declared or written into a shape, is taken as it is. */
export function sizesOf(graph: Graph): Sizes {
  const [first, second] = atTwoBatches(graph, BATCHES) ?? twice(infer(graph))
  const of = (name: string): Size[] => {
    const shape = graph.initializers.get(name)?.shape ?? first.shapes.get(name)
    if (shape === undefined) throw new GraphError(`the shape of ${name} is not known`)
    const other = graph.initializers.get(name)?.shape ?? second.shapes.get(name) ?? []
    return shape.map((size, axis) => (size === other[axis] ? size : null))
  }
  return {
    of,
    isBatch: (name, axis) =>
      [first, second].every(({ shapes }, i) => shapes.get(name)?.[axis] === BATCHES[i]),
    numbers(name) {
      const [one, two] = [first.integers(name), second.integers(name)]
      if (one === undefined || two === undefined) return undefined
      const [found, other] = [valuesOf(one), valuesOf(two)]
      // The inference keeps a list for a single number.
      const shape = found.length === 1 && of(name).length === 0 ? [] : [found.length]
      if (found.join() !== other.join()) return { kind: 'sizes', shape }
      return { kind: 'constant', key: `shape ${name}`, tensor: int64Tensor(shape, found) }
    },
  }
}
