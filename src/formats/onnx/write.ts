import { create, toBinary } from '@bufbuild/protobuf'
import type { Graph, Node, ValueInfo } from '../../graph/types.js'
import { writeAttribute } from './attribute.js'
import { toCode } from './dtype.js'
import {
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './proto/onnx_pb.js'
import { writeTensor } from './tensor.js'

/** The first version of the format in which weights need not be listed as inputs. */
const FIRST_IR_WITH_PLAIN_WEIGHTS = 4

/** A Graph as the bytes of an .onnx file; equal graphs give equal bytes. */
export function writeOnnx(graph: Graph): Uint8Array {
  return toBinary(ModelProtoSchema, modelOf(graph))
}

/** The same with values of the graph as its outputs, whose types and shapes are for the runtime to find. */
export function writeProbe(graph: Graph, values: readonly string[]): Uint8Array {
  const model = modelOf(graph)
  if (model.graph !== undefined)
    model.graph.output = values.map(name => create(ValueInfoProtoSchema, { name }))
  return toBinary(ModelProtoSchema, model)
}

function modelOf(graph: Graph): ModelProto {
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
      initializer: [...graph.initializers].map(([name, tensor]) => writeTensor(tensor, name)),
      input: graph.inputs.map(writeValueInfo),
      output: graph.outputs.map(writeValueInfo),
    },
  })
}

function writeNode(node: Node) {
  return create(NodeProtoSchema, {
    name: node.id,
    opType: node.op,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, attribute]) => writeAttribute(name, attribute)),
  })
}

function writeValueInfo({ name, dtype, shape }: ValueInfo): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: toCode(dtype),
          shape: {
            dim: shape.map(dim => ({
              value:
                typeof dim === 'number'
                  ? ({ case: 'dimValue', value: BigInt(dim) } as const)
                  : ({ case: 'dimParam', value: dim } as const),
            })),
          },
        },
      },
    },
  })
}
