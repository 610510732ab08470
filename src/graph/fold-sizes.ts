import { dropDead } from './constants.js'
import { type Integers, sizesRead, valuesOf } from './integers.js'
import { int64Tensor } from './tensor.js'
import { atTwoBatches } from './two-batches.js'
import type { Graph } from './types.js'

/** Operators of shape arithmetic whose result is int64 where what they read is. */
const keepsType = new Set([
  'Gather',
  'Slice',
  'Concat',
  'Unsqueeze',
  'Squeeze',
  'Identity',
  'Add',
  'Sub',
  'Mul',
  'Div',
])

/**
 * Sizes that the model works out and that are the same for every batch, such as half the channels, as constants: the
 * shape arithmetic of exporters that leave the batch open. Where sizes other than the batch's are open it stays.
 */
export function foldSizes(graph: Graph): Graph {
  const inferred = atTwoBatches(graph)
  if (inferred === undefined) return graph
  const [one, other] = inferred
  const initializers = new Map(graph.initializers)
  const int64 = int64Values(graph)
  // Half of a batch of 0 or 1 is the same, half of a larger one is not.
  const readsBatch = (numbers: Integers) =>
    numbers
      .flatMap(({ origin }) => sizesRead(origin))
      .some(({ of, axis }) => one.shapes.get(of)?.[axis] !== other.shapes.get(of)?.[axis])
  const nodes = graph.nodes.filter(node => {
    const [name = ''] = node.outputs
    const [found, again] = [one.integers(name), other.integers(name)]
    const shape = one.shapes.get(name)
    if (found === undefined || again === undefined || shape === undefined || !int64.has(name)) return true
    const values = valuesOf(found)
    if (values.join() !== valuesOf(again).join() || readsBatch(found)) return true
    initializers.set(name, int64Tensor(shape, values))
    return false
  })
  return nodes.length === graph.nodes.length ? graph : dropDead({ ...graph, nodes, initializers })
}

/** Values of shape arithmetic whose elements are int64, constants included. */
function int64Values(graph: Graph): Set<string> {
  const found = new Set(
    [...graph.initializers].filter(([, { dtype }]) => dtype === 'int64').map(([name]) => name),
  )
  for (const { op, inputs, outputs } of graph.nodes) {
    const same = keepsType.has(op) && inputs.every(name => name === '' || found.has(name))
    if (op === 'Shape' || same) found.add(outputs[0] ?? '')
  }
  return found
}
