import { fakeQuantizeOf } from '../../graph/fake-quantize.js'
import { lookupOf } from '../../graph/lookup.js'
import { PARE_DOMAIN } from '../../graph/pare-domain.js'
import { type Graph, GraphError } from '../../graph/types.js'
import { assertWellFormed } from '../../graph/well-formed.js'
import { naming } from '../naming.js'
import { graphOf, parseModel } from '../onnx/read.js'
import { filled, readTensorType } from '../onnx/tensor.js'
import { constantOf } from './constant.js'
import { Cursor } from './cursor.js'
import { type Container, openContainer } from './open.js'
import { type QuantizedWeight, withQuantizers } from './quantized-weights.js'
import { type Entry, readTable } from './table.js'

/**
 * The bytes of a `.pare` file as the Graph that `writePare` was given, with the weights that its quantisers leave as they
 * are; what is read can be written to the same bytes.
 * @throws GraphError in one line for a file that is damaged, cut short, too long or written by a newer pare
 */
export function readPare(bytes: Uint8Array): Graph {
  const container = openContainer(bytes)
  const model = parseModel(container.skeleton)
  const entries = readTable(container.table, model.graph?.initializer.length ?? 0)
  const payloads = payloadsOf(container, entries)
  const weights = new Map<string, QuantizedWeight>()
  let next = 0
  const skeleton = graphOf(model, (proto, what) => {
    const i = next++
    const type = { name: proto.name, ...readTensorType(proto, what) }
    const { tensor, weight } = naming(what, () => constantOf(type, entries[i]!, payloads[i]!))
    if (weight !== null) weights.set(proto.name, weight)
    return filled(tensor, what)
  })
  const graph = ofOwnDomain(withQuantizers(skeleton, weights))
  assertWellFormed(graph)
  assertKnown(graph)
  return graph
}

/** The graph with the version of pare's operators, which the file leaves out, where it has any. */
function ofOwnDomain(graph: Graph): Graph {
  if (graph.nodes.every(({ domain }) => domain !== PARE_DOMAIN)) return graph
  return { ...graph, otherOpsets: { ...graph.otherOpsets, [PARE_DOMAIN]: 1 } }
}

function payloadsOf({ data }: Container, entries: readonly Entry[]): Uint8Array[] {
  const size = entries.reduce((sum, { length }) => sum + length, 0)
  if (data.length < size)
    throw new GraphError(`the file is cut short: its constants need ${size} bytes, found ${data.length}`)
  if (data.length > size) throw new GraphError(`the file has ${data.length - size} bytes behind its end`)
  const cursor = new Cursor(data)
  return entries.map(({ length }) => cursor.take(length))
}

/** @throws GraphError for a quantiser of bits that there are not, or an index that its codebook has no entry for. */
function assertKnown({ nodes, initializers }: Graph): void {
  for (const node of nodes) {
    fakeQuantizeOf(node)
    const lookup = lookupOf(node)
    const indices = initializers.get(lookup?.indices ?? '')
    const codebook = initializers.get(lookup?.codebook ?? '')
    if (lookup === undefined) continue
    if (indices?.dtype !== 'uint8' || codebook?.dtype !== 'float32')
      throw new GraphError(`node ${node.id}: expected constants ${lookup.indices} and ${lookup.codebook}`)
    const entries = codebook.data.length
    if (indices.data.some((index: number | bigint) => index >= entries))
      throw new GraphError(`node ${node.id}: an index is not below the ${entries} entries of its codebook`)
  }
}
