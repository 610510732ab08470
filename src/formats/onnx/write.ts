import { create, toBinary } from '@bufbuild/protobuf'
import { elementTypeCodes } from '../../graph/element-types.js'
import { storedBytes } from '../../graph/tensor.js'
import {
  type Dim,
  type Graph,
  GraphError,
  type Node,
  type OutputInfo,
  type Tensor,
} from '../../graph/types.js'
import { writeAttribute } from './attribute.js'
import { LARGEST_FILE } from './limits.js'
import {
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './proto/onnx_pb.js'
import { writeTensor } from './tensor.js'

/** The first version of the format in which weights need not be listed as inputs. */
const FIRST_IR_WITH_PLAIN_WEIGHTS = 4

/**
 * A Graph as the bytes of an .onnx file; equal graphs give equal bytes.
 * @throws GraphError where one file cannot hold it.
 */
export function writeOnnx(graph: Graph): Uint8Array {
  const size = weightBytes(graph)
  if (size >= LARGEST_FILE) throw tooLarge(size)
  const bytes = toBinary(ModelProtoSchema, writeModel(graph, writeTensor))
  if (bytes.length >= LARGEST_FILE) throw tooLarge(bytes.length)
  return bytes
}

/** The same with values of the graph as its outputs, whose types and shapes are for the runtime to find. */
export function writeProbe(graph: Graph, values: readonly string[]): Uint8Array {
  const model = writeModel(graph, writeTensor)
  if (model.graph !== undefined)
    model.graph.output = values.map(name => create(ValueInfoProtoSchema, { name }))
  return toBinary(ModelProtoSchema, model)
}

/** Bytes of all constants. */
export function weightBytes(graph: Graph): number {
  return [...graph.initializers.values()].reduce(
    (sum, { dtype, data }) => sum + storedBytes(dtype, data.length),
    0,
  )
}

function tooLarge(size: number): GraphError {
  return new GraphError(`the model has ${size} bytes; one ONNX file, as is needed here, holds less than 2 GB`)
}

/** A Graph as a message, with its constants as `weight` writes them. */
export function writeModel(graph: Graph, weight: (tensor: Tensor, name: string) => TensorProto): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: BigInt(Math.max(graph.irVersion, FIRST_IR_WITH_PLAIN_WEIGHTS)),
    producerName: 'pare',
    opsetImport: [
      { domain: '', version: BigInt(graph.opset) },
      ...Object.entries(graph.otherOpsets).map(([domain, version]) => ({ domain, version: BigInt(version) })),
    ],
    metadataProps: Object.entries(graph.metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: graph.name,
      node: graph.nodes.map(writeNode),
      initializer: [...graph.initializers].map(([name, tensor]) => weight(tensor, name)),
      input: graph.inputs.map(writeValueInfo),
      output: graph.outputs.map(writeValueInfo),
    },
  })
}

/** A node as a message. */
export function writeNode(node: Node): NodeProto {
  return create(NodeProtoSchema, {
    name: node.id,
    opType: node.op,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, attribute]) => writeAttribute(name, attribute)),
  })
}

function writeValueInfo({ name, dtype, shape }: OutputInfo): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: elementTypeCodes[dtype],
          ...(shape === null ? {} : { shape: { dim: shape.map(dim => ({ value: writeDim(dim) })) } }),
        },
      },
    },
  })
}

function writeDim(dim: Dim) {
  return typeof dim === 'number'
    ? ({ case: 'dimValue', value: BigInt(dim) } as const)
    : ({ case: 'dimParam', value: dim } as const)
}
