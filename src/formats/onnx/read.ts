import { fromBinary } from '@bufbuild/protobuf'
import { foldConstants } from '../../graph/constants.js'
import {
  type Attribute,
  type Dim,
  type Graph,
  GraphError,
  type Node,
  type ValueInfo,
} from '../../graph/types.js'
import { unshareConstants } from '../../graph/unshare.js'
import { assertWellFormed } from '../../graph/well-formed.js'
import { readAttribute } from './attribute.js'
import { fromCode } from './dtype.js'
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type ValueInfoProto,
} from './proto/onnx_pb.js'
import { readTensor } from './tensor.js'

/**
 * The bytes of an .onnx file as a Graph: constants are initializers, nodes have unique ids and stand in topological
 * order, weights that an old exporter also listed as inputs are weights only.
 * @throws GraphError in one line for bytes that are no ONNX model or a model that pare cannot hold.
 */
export function readOnnx(bytes: Uint8Array): Graph {
  const model = parse(bytes)
  if (model.graph === undefined) throw new GraphError('expected an ONNX model, found one without a graph')
  if (model.functions.length > 0)
    throw new GraphError('model-local functions are not supported; inline them first')
  const opsets = Object.fromEntries(
    model.opsetImport.map(o => [o.domain === 'ai.onnx' ? '' : o.domain, Number(o.version)]),
  )
  const { '': opset, ...otherOpsets } = opsets
  if (opset === undefined)
    throw new GraphError('the model names no version of the standard ONNX operator set')
  const graph = unshareConstants(
    foldConstants({
      name: model.graph.name,
      irVersion: Number(model.irVersion),
      opset,
      otherOpsets,
      metadata: Object.fromEntries(model.metadataProps.map(p => [p.key, p.value])),
      ...readGraph(model.graph),
    }),
  )
  assertWellFormed(graph)
  return graph
}

function parse(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes)
  } catch (cause) {
    throw new GraphError('expected an ONNX model, found bytes that are not one', { cause })
  }
}

function readGraph(proto: GraphProto): Pick<Graph, 'nodes' | 'initializers' | 'inputs' | 'outputs'> {
  if (proto.sparseInitializer.length > 0) throw new GraphError('sparse initializers are not supported')
  const initializers = new Map(proto.initializer.map(t => [t.name, readTensor(t, `initializer ${t.name}`)]))
  const taken = new Set<string>()
  return {
    nodes: proto.node.map((node, i) => readNode(node, uniqueId(node, i, taken))),
    initializers,
    inputs: proto.input.filter(input => !initializers.has(input.name)).map(readValueInfo),
    outputs: proto.output.map(readValueInfo),
  }
}

function uniqueId(node: NodeProto, index: number, taken: Set<string>): string {
  const name = node.name === '' ? `${node.opType}_${index}` : node.name
  const id = taken.has(name) ? `${name}#${index}` : name
  taken.add(id)
  return id
}

function readNode(proto: NodeProto, id: string): Node {
  const attributes: Record<string, Attribute> = {}
  for (const attribute of proto.attribute) {
    attributes[attribute.name] = readAttribute(attribute, `node ${id}`)
  }
  return {
    id,
    op: proto.opType,
    domain: proto.domain === 'ai.onnx' ? '' : proto.domain,
    inputs: proto.input,
    outputs: proto.output,
    attributes,
  }
}

function readValueInfo(proto: ValueInfoProto): ValueInfo {
  const type = proto.type?.value
  if (type?.case !== 'tensorType')
    throw new GraphError(`${proto.name}: expected a tensor, found ${type?.case ?? 'no type'}`)
  const shape = (type.value.shape?.dim ?? []).map(
    ({ value }, axis): Dim =>
      value.case === 'dimValue' ? Number(value.value) : value.value || `${proto.name}_${axis}`,
  )
  return { name: proto.name, dtype: fromCode(type.value.elemType, proto.name), shape }
}
