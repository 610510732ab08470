import { intAttribute } from './attributes.js'
import { opOf } from './ops/registry.js'
import { type Inferred, infer, shapesView } from './shapes.js'
import { elementCount } from './tensor.js'
import { type Graph, GraphError, type Node } from './types.js'

/**
 * How many samples go through a graph in one run as shape inference sees it: the batch that it fixes, else one. A fixed
 * first axis is the batch unless it shows that it is not: a recurrent layer steps along it (its second axis is the batch
 * then), the outputs do not have it, or the multiplications do not grow with it alone, as where places attend to each other.
 */
export function samplesOf(graph: Graph): number {
  const [batch] = graph.inputs[0]?.shape ?? []
  if (typeof batch !== 'number' || batch <= 1) return 1
  const [given, doubled] = [infer(graph), atTwice(graph, batch)]
  // A batch that is written into a Reshape cannot be changed; nothing shows that it is none.
  if (doubled === undefined) return batch
  const grows = (name: string, axis: number) =>
    given.shapes.get(name)?.[axis] !== doubled.shapes.get(name)?.[axis]
  const walk = graph.nodes.find(node => isRecurrent(node) && grows(node.inputs[0] ?? '', 0))
  if (walk !== undefined) return given.shapes.get(walk.inputs[0] ?? '')?.[1] ?? 1
  const isPassedOn = graph.outputs.some(({ name }) => given.unknown.has(name) || grows(name, 0))
  return isPassedOn && macsOf(graph, doubled) === 2 * macsOf(graph, given) ? batch : 1
}

/** Recurrent layers of ONNX's usual layout: steps, batch, features. */
function isRecurrent(node: Node): boolean {
  return (
    node.domain === '' && ['LSTM', 'GRU', 'RNN'].includes(node.op) && intAttribute(node, 'layout', 0) === 0
  )
}

/** What is known of the graph at twice its batch; undefined where it takes no other. */
function atTwice(graph: Graph, batch: number): Inferred | undefined {
  const shapes = graph.inputs.map(({ name, shape }) => [
    name,
    shape.map((dim, axis) => (axis === 0 && dim === batch ? 2 * batch : dim)),
  ])
  try {
    return infer(graph, Object.fromEntries(shapes))
  } catch (error) {
    if (error instanceof GraphError) return undefined
    throw error
  }
}

function macsOf(graph: Graph, inferred: Inferred): number {
  const shapes = shapesView(graph, inferred)
  return graph.nodes
    .flatMap(node => opOf(node)?.macs?.(node, shapes) ?? [])
    .reduce(
      (sum, part) =>
        sum + (part.kind === 'product' ? part.macs : part.positions * elementCount(shapes.of(part.weight))),
      0,
    )
}
