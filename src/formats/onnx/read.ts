import { fromBinary } from '@bufbuild/protobuf'
import { foldConstants } from '../../graph/constants.js'
import { inOrder } from '../../graph/order.js'
import { assertPlausible } from '../../graph/plausible.js'
import {
  type Dim,
  type Graph,
  GraphError,
  type Node,
  type OutputInfo,
  type Tensor,
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
  type TensorProto,
  type TensorShapeProto_Dimension,
  type ValueInfoProto,
} from './proto/onnx_pb.js'
import { readTensor } from './tensor.js'
import { toCanonicalOpset } from './upgrade/canonical.js'

/** The newest file format that ONNX Runtime 1.30 loads. */
const NEWEST_IR = 13n

/** No axis of a real value is longer, and no array could hold one that was. */
const LARGEST_SIZE = 2n ** 31n - 1n

/**
 * The bytes of an .onnx file as a Graph in the canonical operator set: constants are initializers, nodes have unique ids
 * and stand in topological order, weights that an old exporter also listed as inputs are weights only.
 * @throws GraphError in one line for bytes that are no ONNX model, one whose weights stand in other files (`openOnnx` reads
 * those), or a model that pare cannot hold.
 */
export function readOnnx(bytes: Uint8Array): Graph {
  return readModel(parseModel(bytes))
}

/** Files of other formats that are taken for models, by their first bytes. */
const foreign: readonly (readonly [name: string, start: readonly number[]])[] = [
  [
    'an HDF5 file (.h5), of a Keras model or its weights alone',
    [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a],
  ],
  ['a ZIP file, such as a .keras or a PyTorch model', [0x50, 0x4b, 0x03, 0x04]],
]

/** The bytes of an .onnx file as a message. @throws GraphError in one line for bytes that are no ONNX model. */
export function parseModel(bytes: Uint8Array): ModelProto {
  const other = foreign.find(([, start]) => start.every((byte, i) => bytes[i] === byte))
  if (other !== undefined)
    throw new GraphError(`expected an ONNX model or a TF.js model.json, found ${other[0]}; convert it first`)
  try {
    return fromBinary(ModelProtoSchema, bytes)
  } catch (cause) {
    throw new GraphError('expected an ONNX model, found bytes that are not one', { cause })
  }
}

/** A model's message as a Graph, as `readOnnx` gives it. @throws GraphError in one line for one that pare cannot hold. */
export function readModel(model: ModelProto): Graph {
  return canonical(graphOf(model, readTensor))
}

/** A graph as all that is read from files is: checked, in the canonical operator set, its constants initializers. */
export function canonical(graph: Graph): Graph {
  // Before constants are folded, which would let one hide another of its name.
  assertWellFormed(graph)
  return unshareConstants(toCanonicalOpset(foldConstants(graph)))
}

/** What makes a constant of its message. */
export type ReadConstant = (proto: TensorProto, what: string) => Tensor

/**
 * A model's message as a Graph, as it stands but for the order of the nodes; its constants as `constant` reads them.
 * @throws GraphError in one line for one that pare cannot hold
 */
export function graphOf(model: ModelProto, constant: ReadConstant): Graph {
  if (model.graph === undefined) throw new GraphError('expected an ONNX model, found one without a graph')
  if (model.functions.length > 0)
    throw new GraphError('model-local functions are not supported; inline them first')
  const opsets = Object.fromEntries(
    model.opsetImport.map(({ domain, version }) => [
      domain === 'ai.onnx' ? '' : domain,
      readVersion(version, `operator set ${domain}`),
    ]),
  )
  const { '': opset, ...otherOpsets } = opsets
  if (opset === undefined)
    throw new GraphError('the model names no version of the standard ONNX operator set')
  return inOrder({
    name: model.graph.name,
    irVersion: readVersion(model.irVersion, 'the file format', NEWEST_IR),
    opset,
    otherOpsets,
    metadata: Object.fromEntries(model.metadataProps.map(p => [p.key, p.value])),
    ...readGraph(model.graph, constant),
  })
}

function readVersion(version: bigint, what: string, newest = 2n ** 31n): number {
  if (version < 0n || version > newest)
    throw new GraphError(`expected a version of ${what} up to ${newest}, found ${version}`)
  return Number(version)
}

function readGraph(
  proto: GraphProto,
  constant: ReadConstant,
): Pick<Graph, 'nodes' | 'initializers' | 'inputs' | 'outputs'> {
  if (proto.sparseInitializer.length > 0) throw new GraphError('sparse initializers are not supported')
  const initializers = new Map(proto.initializer.map(t => [t.name, constant(t, `initializer ${t.name}`)]))
  if (initializers.size < proto.initializer.length)
    throw new GraphError('two initializers of the model have the same name')
  const taken = new Set<string>()
  return {
    nodes: proto.node.map((node, i) => readNode(node, uniqueId(node, i, taken))),
    initializers,
    inputs: proto.input.filter(input => !initializers.has(input.name)).map(readInput),
    outputs: proto.output.map(readOutput),
  }
}

function uniqueId(node: NodeProto, index: number, taken: Set<string>): string {
  let id = node.name === '' ? `${node.opType}_${index}` : node.name
  while (taken.has(id)) id = `${id}#${index}`
  taken.add(id)
  return id
}

function readNode(proto: NodeProto, id: string): Node {
  // Not by assignment, which would take an attribute called __proto__ for the prototype.
  const attributes = Object.fromEntries(
    proto.attribute.map(attribute => [attribute.name, readAttribute(attribute, `node ${id}`)]),
  )
  return {
    id,
    op: proto.opType,
    domain: proto.domain === 'ai.onnx' ? '' : proto.domain,
    inputs: proto.input,
    outputs: proto.output,
    attributes,
  }
}

function readInput(proto: ValueInfoProto): ValueInfo {
  const { shape, ...input } = readOutput(proto)
  if (shape === null) throw new GraphError(`input ${proto.name}: expected a shape, found none`)
  return { ...input, shape }
}

function readOutput(proto: ValueInfoProto): OutputInfo {
  const type = proto.type?.value
  if (type?.case !== 'tensorType')
    throw new GraphError(`${proto.name}: expected a tensor, found ${type?.case ?? 'no type'}`)
  const shape = type.value.shape?.dim.map(
    ({ value }, axis) => readDim(value, proto.name) ?? `${proto.name}_${axis}`,
  )
  const sizes = shape?.map(dim => (typeof dim === 'number' ? dim : 1))
  assertPlausible(sizes ?? [], proto.name)
  return { name: proto.name, dtype: fromCode(type.value.elemType, proto.name), shape: shape ?? null }
}

/** A size, the name of a dynamic one, or undefined for a dynamic one without a name; some exporters write -1 for it. */
function readDim(value: TensorShapeProto_Dimension['value'], what: string): Dim | undefined {
  if (value.case !== 'dimValue') return value.value || undefined
  if (value.value > LARGEST_SIZE)
    throw new GraphError(`${what}: expected a size of at most ${LARGEST_SIZE}, found ${value.value}`)
  return value.value < 0n ? undefined : Number(value.value)
}
