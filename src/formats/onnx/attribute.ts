import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { type Attribute, GraphError } from '../../graph/types.js'
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
} from './proto/onnx_pb.js'
import { readTensor, writeTensor } from './tensor.js'

const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)

/** ONNX's "to the end" is 2^63 - 1, which a double rounds up to 2^63. */
function toInt64(value: number): bigint {
  const exact = BigInt(value)
  return exact > INT64_MAX ? INT64_MAX : exact < INT64_MIN ? INT64_MIN : exact
}

/** Names that a sub-graph reads from the graphs around it; they count as uses. */
function captured(graph: GraphProto): string[] {
  const own = new Set([...graph.input.map(i => i.name), ...graph.initializer.map(t => t.name)])
  for (const node of graph.node) for (const output of node.output) own.add(output)
  const read = graph.node.flatMap(node => [...node.input, ...node.attribute.flatMap(capturedBy)])
  return [...read, ...graph.output.map(o => o.name)].filter(name => name !== '' && !own.has(name))
}

function capturedBy(proto: AttributeProto): string[] {
  return subgraphs(proto).flatMap(captured)
}

function subgraphs(proto: AttributeProto): GraphProto[] {
  return [...(proto.g === undefined ? [] : [proto.g]), ...proto.graphs]
}

/** Operators of the standard set in sub-graphs that an attribute holds, and in theirs. */
export function subgraphOperators(attribute: Attribute): string[] {
  return attribute.kind === 'opaque'
    ? subgraphs(fromBinary(AttributeProtoSchema, attribute.bytes)).flatMap(operators)
    : []
}

function operators(graph: GraphProto): string[] {
  return graph.node.flatMap(node => [
    ...(node.domain === '' || node.domain === 'ai.onnx' ? [node.opType] : []),
    ...node.attribute.flatMap(subgraphs).flatMap(operators),
  ])
}

/** Old exporters leave the type out, and it must be told from the field that is set. */
function typeOf(proto: AttributeProto): AttributeType {
  if (proto.type !== AttributeType.UNDEFINED) return proto.type
  if (proto.ints.length > 0) return AttributeType.INTS
  if (proto.floats.length > 0) return AttributeType.FLOATS
  if (proto.strings.length > 0) return AttributeType.STRINGS
  if (proto.t !== undefined) return AttributeType.TENSOR
  if (proto.g !== undefined) return AttributeType.GRAPH
  if (proto.s.length > 0) return AttributeType.STRING
  return proto.f !== 0 ? AttributeType.FLOAT : AttributeType.INT
}

/** An attribute message as plain data. @throws GraphError for a tensor that cannot be read. */
export function readAttribute(proto: AttributeProto, what: string): Attribute {
  const text = new TextDecoder()
  switch (typeOf(proto)) {
    case AttributeType.INT:
      return { kind: 'int', value: Number(proto.i) }
    case AttributeType.INTS:
      return { kind: 'ints', value: proto.ints.map(Number) }
    case AttributeType.FLOAT:
      return { kind: 'float', value: proto.f }
    case AttributeType.FLOATS:
      return { kind: 'floats', value: proto.floats }
    case AttributeType.STRING:
      return { kind: 'string', value: text.decode(proto.s) }
    case AttributeType.STRINGS:
      return { kind: 'strings', value: proto.strings.map(s => text.decode(s)) }
    case AttributeType.TENSOR:
      if (proto.t === undefined) throw new GraphError(`${what}: attribute ${proto.name} has no tensor`)
      return { kind: 'tensor', value: readTensor(proto.t, `${what}, attribute ${proto.name}`) }
    default:
      return { kind: 'opaque', bytes: toBinary(AttributeProtoSchema, proto), captures: capturedBy(proto) }
  }
}

/** An attribute as a message. */
export function writeAttribute(name: string, attribute: Attribute): AttributeProto {
  const text = new TextEncoder()
  switch (attribute.kind) {
    case 'int':
      return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: toInt64(attribute.value) })
    case 'ints':
      return create(AttributeProtoSchema, {
        name,
        type: AttributeType.INTS,
        ints: attribute.value.map(toInt64),
      })
    case 'float':
      // A double of another format may be more than a float32 holds, which the encoder does not round.
      return create(AttributeProtoSchema, {
        name,
        type: AttributeType.FLOAT,
        f: Math.fround(attribute.value),
      })
    case 'floats':
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...attribute.value] })
    case 'string':
      return create(AttributeProtoSchema, {
        name,
        type: AttributeType.STRING,
        s: text.encode(attribute.value),
      })
    case 'strings':
      return create(AttributeProtoSchema, {
        name,
        type: AttributeType.STRINGS,
        strings: attribute.value.map(s => text.encode(s)),
      })
    case 'tensor':
      return create(AttributeProtoSchema, {
        name,
        type: AttributeType.TENSOR,
        t: writeTensor(attribute.value, ''),
      })
    case 'opaque':
      return fromBinary(AttributeProtoSchema, attribute.bytes)
  }
}
