import type { Graph, Node } from '../../graph/types.js'
import { movesOnly } from './movers.js'

/** Operators between layers that ONNX Runtime computes on integers where all they read and what they make is quantised. */
const joining = new Set(['Add', 'Mul', 'Concat', 'AveragePool', 'GlobalAveragePool'])

/** What ONNX Runtime folds into the rounding of what a layer makes. */
const rectifying = new Set(['Relu', 'Clip'])

/**
 * Values that must be quantised too, beside those that layers read, for ONNX Runtime to compute on integers throughout:
 * what a quantised layer makes, and what is made of such values by adding, joining or averaging them. The model's outputs
 * stay float, and so does the sum of a product and its bias, which the runtime adds at once.
 * @param layers ids of the nodes whose weight and input are quantised
 * @param read values that are quantised because layers read them
 */
export function integerValues(
  graph: Graph,
  layers: ReadonlySet<string>,
  read: ReadonlySet<string>,
): string[] {
  const readers = new Map<string, Node[]>()
  for (const node of graph.nodes)
    for (const name of node.inputs) readers.set(name, [...(readers.get(name) ?? []), node])
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  const integer = new Set(read)
  const found: string[] = []
  const rectified = (value: string): string => {
    const [reader, ...others] = readers.get(value) ?? []
    const alone = reader !== undefined && others.length === 0 && !outputs.has(value)
    return alone && reader.domain === '' && rectifying.has(reader.op) && reader.inputs[0] === value
      ? rectified(reader.outputs[0] ?? '')
      : value
  }
  const quantize = (value: string) => {
    const last = rectified(value)
    const feeds = readers.get(last) ?? []
    const bias = feeds.some(
      ({ op, inputs }) => op === 'Add' && inputs.some(name => graph.initializers.has(name)),
    )
    if (integer.has(last) || outputs.has(last) || feeds.length === 0 || bias) return
    integer.add(last)
    found.push(last)
  }
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs
    if (layers.has(node.id)) quantize(output)
    else if (movesOnly(graph, node) && integer.has(node.inputs[0] ?? ''))
      for (const name of node.outputs) integer.add(name)
    else if (node.domain === '' && joining.has(node.op) && node.inputs.every(name => integer.has(name)))
      quantize(output)
  }
  return found
}
