import { toBinary } from '@bufbuild/protobuf'
import { axisWidths, widthOf } from '../../graph/axis-widths.js'
import type { ChannelGroup } from '../../graph/groups.js'
import { groupNumber } from '../../graph/slice.js'
import { elementBytes } from '../../graph/tensor.js'
import type { Graph, Node, Tensor } from '../../graph/types.js'
import { writeAttribute } from './attribute.js'
import { fieldBytes, textBytes, varintBytes } from './message-size.js'
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
} from './proto/onnx_pb.js'
import { writeTensorType } from './tensor.js'
import { writeModel, writeNode } from './write.js'

/** A value that the graph's nodes may read under another name, for nodes and constants that are there only then. */
export interface Rename {
  readonly value: string
  readonly name: string
  readonly nodes: readonly Node[]
  readonly constants: ReadonlyMap<string, Tensor>
}

/** What decides how large a message is. */
interface Decisions {
  /** Channels that each group keeps, in group order. */
  readonly keep: ArrayLike<number>
  /** For each rename whether it is made. */
  readonly renamed: ArrayLike<boolean | number>
}

type Size = (decisions: Decisions) => number

type Width = ReturnType<typeof axisWidths>

/**
 * Bytes of the ONNX message that a graph becomes once its groups are cut, as a function of how many channels each keeps.
 * @param withData whether constants have their data
 */
export function structureSize(
  graph: Graph,
  groups: readonly ChannelGroup[],
  { withData, renames = [] }: { readonly withData: boolean; readonly renames?: readonly Rename[] },
): Size {
  const model = writeModel({ ...graph, nodes: [], initializers: new Map() }, writeTensorType)
  const frame = model.graph === undefined ? 0 : toBinary(GraphProtoSchema, model.graph).length
  model.graph = undefined
  const around = toBinary(ModelProtoSchema, model).length
  const width = axisWidths(groups)
  const constants = [...graph.initializers].map(([name, tensor]) =>
    constantSize(name, tensor, width, withData),
  )
  const nodes = graph.nodes.map(node => nodeSize(graph, node, width, renames))
  const added = renames.map(rename => addedBytes(rename, withData))
  return decisions => {
    let size = frame
    for (const part of constants) size += fieldBytes(part(decisions))
    for (const part of nodes) size += fieldBytes(part(decisions))
    for (const [i, bytes] of added.entries()) if (decisions.renamed[i]) size += bytes
    return around + fieldBytes(size)
  }
}

/** Bytes of the fields of what a rename brings along. */
function addedBytes({ nodes, constants }: Rename, withData: boolean): number {
  const decisions = { keep: [], renamed: [] }
  const sizes = [
    ...nodes.map(node => toBinary(NodeProtoSchema, writeNode(node)).length),
    ...[...constants].map(([name, tensor]) =>
      constantSize(name, tensor, axisWidths([]), withData)(decisions),
    ),
  ]
  return sizes.reduce((sum, size) => sum + fieldBytes(size), 0)
}

function constantSize(name: string, tensor: Tensor, width: Width, withData: boolean): Size {
  const axes = tensor.shape.map((size, axis) => width(name, axis, size))
  const fixed = toBinary(TensorProtoSchema, writeTensorType({ ...tensor, shape: [] }, name)).length
  const element = elementBytes(tensor.dtype)
  return ({ keep }) => {
    let [size, data] = [fixed, element]
    for (const axis of axes) {
      const length = widthOf(axis, keep)
      size += 1 + varintBytes(length)
      data *= length
    }
    return withData ? size + fieldBytes(data) : size
  }
}

function nodeSize(graph: Graph, node: Node, width: Width, renames: readonly Rename[]): Size {
  const grouped = groupNumber(node, graph)
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).filter(([name]) => name !== grouped?.attribute),
  )
  const renameOf = (input: string) => renames.findIndex(({ value }) => value === input)
  const inputs = node.inputs.filter(input => renameOf(input) < 0)
  const fixed = toBinary(NodeProtoSchema, writeNode({ ...node, inputs, attributes })).length
  const names = node.inputs.flatMap(input => {
    const index = renameOf(input)
    return index < 0 ? [] : [{ index, plain: textBytes(input), renamed: textBytes(renames[index]!.name) }]
  })
  const number = groupNumberSize(graph, node, width)
  return decisions => {
    let size = fixed + number(decisions)
    for (const { index, plain, renamed } of names) size += decisions.renamed[index] ? renamed : plain
    return size
  }
}

/** Bytes of the attribute that says how many groups a node's channels are in, where that changes with them. */
function groupNumberSize(graph: Graph, node: Node, width: Width): Size {
  const grouped = groupNumber(node, graph)
  const shape = graph.initializers.get(grouped?.constant ?? '')?.shape
  if (grouped === undefined || shape === undefined) return () => 0
  const channels = width(grouped.constant, 0, shape[0]!)
  const zero = writeAttribute(grouped.attribute, { kind: 'int', value: 0 })
  const fixed = toBinary(AttributeProtoSchema, zero).length - varintBytes(0)
  return ({ keep }) => fieldBytes(fixed + varintBytes((grouped.groups * widthOf(channels, keep)) / shape[0]!))
}
