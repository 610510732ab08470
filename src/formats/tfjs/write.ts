import { intAttribute } from '../../graph/attributes.js'
import { foldConstants } from '../../graph/constants.js'
import { toNumbers } from '../../graph/tensor.js'
import { type Graph, GraphError, type Node, type ValueInfo } from '../../graph/types.js'
import { fromCode } from '../onnx/dtype.js'
import { shape, shapeProto, type as typeAttribute, typeName } from './export/attribute.js'
import { Builder } from './export/builder.js'
import { channelsLast, physicalSizes, plain } from './export/layout.js'
import { ruleOf } from './export/ops/registry.js'
import { type Sizes, sizesOf } from './export/sizes.js'
import { channelsLastLayout, dtypeOf, type Layout, plainLayout, type Value } from './export/value.js'
import type { GraphNode } from './graph-model/schema.js'
import type { Size } from './import/value.js'
import { naming } from './parse.js'
import { signatureKeysOf } from './signature.js'
import { encodeWeights } from './weights/encode.js'
import type { WeightSpec } from './weights/manifest.js'

/** What a signature says of an input or an output. */
interface TensorInfo {
  readonly name: string
  readonly dtype: string
  readonly tensorShape: { readonly dim: readonly { readonly size: string }[] }
}

/** A TF.js graph model as plain data, but for how its weights are spread over files. */
export interface TfjsModel {
  readonly format: 'graph-model'
  readonly generatedBy: string
  readonly signature: {
    readonly inputs: Readonly<Record<string, TensorInfo>>
    readonly outputs: Readonly<Record<string, TensorInfo>>
  }
  readonly modelTopology: {
    readonly node: readonly GraphNode[]
    readonly versions: { readonly producer: number }
  }
  readonly weightSpecs: readonly WeightSpec[]
  /** The weights in the order of their specs, little-endian, without gaps. */
  readonly weightData: Uint8Array
}

/** The version of GraphDefs that TensorFlow 2.15 writes. */
const PRODUCER = 1645

/**
 * A Graph as a TF.js graph model; equal graphs give equal models.
 *
 * Layout: convolutions and what stands between them work on [n, h, w, c]. **A Graph that came from a TF.js model goes out
 * with the inputs, outputs and signature that it had there; any other keeps ONNX's shapes**, its maps [n, c, h, w], and
 * gets a Transpose behind each input and before each output that is one. int64 becomes int32, TF.js' only integers.
 * @throws GraphError in one line that names the node that TF.js cannot hold
 */
export function writeTfjs(original: Graph): TfjsModel {
  const graph = foldConstants(original)
  const sizes = sizesOf(graph)
  const keys = signatureKeysOf(graph)
  const layoutOf = ({ shape }: ValueInfo) =>
    keys !== undefined && shape.length === 4 ? channelsLastLayout : plainLayout
  const b = new Builder()
  // Their names are promised; nodes take what is left.
  const inputNames = graph.inputs.map(({ name }) => b.unique(name))
  const outputNames = graph.outputs.map(({ name }) => b.unique(name))
  const values = new Map<string, Value>()
  const inputInfos = graph.inputs.map((info, i) => {
    const layout = layoutOf(info)
    const name = inputNames[i]!
    values.set(info.name, placeholder(b, name, info, sizes.of(info.name), layout))
    return [keys?.inputs[i]?.[0] ?? info.name, tensorInfo(name, info, declared(info), layout)] as const
  })
  for (const [name, tensor] of graph.initializers) values.set(name, { kind: 'constant', key: name, tensor })
  for (const node of graph.nodes) writeNode({ b, sizes, values, opset: graph.opset }, node)
  const outputInfos = graph.outputs.map((info, i) => {
    const layout = layoutOf(info)
    const name = outputNames[i]!
    output(b, name, values.get(info.name), info, layout)
    return [keys?.outputs[i]?.[0] ?? info.name, tensorInfo(name, info, declared(info), layout)] as const
  })
  const { specs, bytes } = encodeWeights(b.weights)
  return {
    format: 'graph-model',
    generatedBy: 'pare',
    // Not by assignment, which would take a name like __proto__ for the prototype.
    signature: { inputs: Object.fromEntries(inputInfos), outputs: Object.fromEntries(outputInfos) },
    modelTopology: { node: b.nodes, versions: { producer: PRODUCER } },
    weightSpecs: specs,
    weightData: bytes,
  }
}

/** The declared sizes of an input or an output; a dynamic one is not known. */
function declared({ shape }: ValueInfo): Size[] {
  return shape.map(dim => (typeof dim === 'number' ? dim : null))
}

function tensorInfo(name: string, { dtype }: ValueInfo, sizes: readonly Size[], layout: Layout): TensorInfo {
  return { name: `${name}:0`, dtype: typeName(dtype), tensorShape: shapeProto(physicalSizes(layout, sizes)) }
}

function placeholder(
  b: Builder,
  name: string,
  info: ValueInfo,
  sizes: readonly Size[],
  layout: Layout,
): Value {
  const attributes = { dtype: typeAttribute(info.dtype), shape: shape(physicalSizes(layout, declared(info))) }
  naming(`input ${info.name}`, () => b.emitAs(name, 'Placeholder', [], attributes))
  return { kind: 'computed', name, shape: sizes, layout, dtype: info.dtype }
}

function output(b: Builder, name: string, value: Value | undefined, info: ValueInfo, layout: Layout): void {
  if (value === undefined) throw new GraphError(`output ${info.name} cannot be written`)
  b.enter(name)
  const found = naming(`output ${info.name}`, () =>
    layout.kind === 'channelsLast' ? channelsLast(b, value) : plain(b, value),
  )
  b.emitAs(name, 'Identity', [found.name])
}

interface Context {
  readonly b: Builder
  readonly sizes: Sizes
  readonly values: Map<string, Value>
  readonly opset: number
}

function writeNode({ b, sizes, values, opset }: Context, node: Node): void {
  const [first = ''] = node.outputs
  const known = isShapeArithmetic(node, values) ? sizes.numbers(first) : undefined
  if (known !== undefined) {
    values.set(first, known)
    return
  }
  const rule = ruleOf(node)
  naming(`node ${node.id} (${node.op})`, () => {
    if (rule === undefined) throw new GraphError('TF.js export does not know this operator')
    b.enter(node.id)
    const made = rule({
      b,
      node,
      opset,
      inputs: node.inputs.map(name => (name === '' ? undefined : read(values, name))),
      outputs: node.outputs.map(name => sizes.of(name)),
      integers: index => integersOf(sizes.numbers(node.inputs[index] ?? '')),
    })
    const results = 'kind' in made ? [made] : made
    results.forEach((value, i) => {
      values.set(node.outputs[i] ?? '', value)
    })
  })
}

const INTEGERS = new Set(['int32', 'int64'])

/** Whether a node computes integers out of shapes and constants; a cast to floats ends that. */
function isShapeArithmetic(node: Node, values: ReadonlyMap<string, Value>): boolean {
  if (node.domain !== '') return false
  if (node.op === 'Shape') return true
  if (node.op === 'Cast' && !INTEGERS.has(fromCode(intAttribute(node, 'to', 0), `node ${node.id}`)))
    return false
  return node.inputs.every(name => {
    const value = values.get(name)
    return name === '' || (value !== undefined && value.kind !== 'computed' && INTEGERS.has(dtypeOf(value)))
  })
}

function read(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name)
  if (value === undefined) throw new GraphError(`it reads ${name}, which TF.js does not compute`)
  return value
}

function integersOf(value: Value | undefined): readonly number[] | undefined {
  return value?.kind === 'constant' ? toNumbers(value.tensor) : undefined
}
