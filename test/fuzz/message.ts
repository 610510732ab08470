import { create } from '@bufbuild/protobuf'
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
} from '../../src/formats/onnx/proto/onnx_pb.js'
import type { Random } from '../../src/random.js'
import { pick } from './odd.js'

/** Adds an int64 constant to a model and returns its name. */
export function addIntegers(
  model: ModelProto,
  values: readonly bigint[],
  dims: readonly number[] = [values.length],
): string {
  return addConstant(model, dims, { dataType: TensorProto_DataType.INT64, int64Data: [...values] })
}

/** Adds a float32 constant likewise. */
export function addFloats(
  model: ModelProto,
  values: readonly number[],
  dims: readonly number[] = [values.length],
): string {
  return addConstant(model, dims, { dataType: TensorProto_DataType.FLOAT, floatData: [...values] })
}

function addConstant(
  model: ModelProto,
  dims: readonly number[],
  content: { readonly dataType: number; int64Data?: bigint[]; floatData?: number[] },
): string {
  const name = `odd${model.graph?.initializer.length}`
  model.graph?.initializer.push(create(TensorProtoSchema, { name, dims: dims.map(BigInt), ...content }))
  return name
}

/** A node; whole numbers are ints, texts are strings, and graphs its sub-graphs. */
export function makeNode(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, bigint | string | readonly bigint[] | GraphProto>> = {},
): NodeProto {
  return create(NodeProtoSchema, {
    opType,
    input: [...input],
    output: [...output],
    attribute: Object.entries(attributes).map(([name, value]) =>
      create(AttributeProtoSchema, { name, ...fields(value) }),
    ),
  })
}

function fields(value: bigint | string | readonly bigint[] | GraphProto) {
  if (typeof value === 'bigint') return { type: AttributeType.INT, i: value }
  if (typeof value === 'string') return { type: AttributeType.STRING, s: new TextEncoder().encode(value) }
  return 'length' in value
    ? { type: AttributeType.INTS, ints: [...value] }
    : { type: AttributeType.GRAPH, g: value }
}

/** A name that nothing in the model has yet. */
export function newName(model: ModelProto): string {
  return `new${model.graph?.node.length}`
}

/** A value that some node makes. */
export function someValue(model: ModelProto, random: Random): string {
  return pick(model.graph?.node.flatMap(node => node.output) ?? [], random) ?? ''
}

/** Lets all that reads `from`, graph outputs included, read what `through` makes of it, which is put behind its maker. */
export function insertBehind(
  model: ModelProto,
  from: string,
  through: readonly NodeProto[],
  made: string,
): void {
  const graph = model.graph
  if (graph === undefined) return
  for (const node of graph.node) node.input = node.input.map(name => (name === from ? made : name))
  const at = graph.node.findIndex(node => node.output.includes(from))
  graph.node.splice(at + 1, 0, ...through)
  for (const output of graph.output) if (output.name === from) output.name = made
}
