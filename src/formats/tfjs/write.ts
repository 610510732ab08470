import { foldConstants } from '../../graph/constants.js'
import { type Graph, GraphError, type OutputInfo, type ValueInfo } from '../../graph/types.js'
import { naming } from '../naming.js'
import { shape, shapeProto, type as typeAttribute, typeName } from './export/attribute.js'
import { Builder } from './export/builder.js'
import { fuseActivations } from './export/fuse-activations.js'
import { channelsLast, physicalSizes, plain } from './export/layout.js'
import { sizesOf } from './export/sizes.js'
import { type Computed, channelsLastLayout, type Layout, plainLayout, type Value } from './export/value.js'
import { writeNode } from './export/write-node.js'
import type { GraphNode } from './graph-model/schema.js'
import type { Size } from './import/value.js'
import { signatureKeysOf } from './signature.js'
import { encodeWeights } from './weights/encode.js'
import type { WeightSpec } from './weights/manifest.js'
import type { Storage } from './weights/quantize.js'

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
 * Layout, the inverse of `readTfjs`: inside, maps are [n, h, w, c], and so is **every 4-D input and output, where the Graph
 * has [n, c, h, w]**; values of other ranks stand as the Graph has them. So nothing is turned at the edges, and images go in
 * as TF.js makes them. A Graph that came from a TF.js model goes out with the names, sizes and signature it had there.
 * int64 becomes int32, TF.js' only integers.
 * @param storage float32 constants of the Graph that are stored in fewer bytes; TF.js makes float32 of them as it loads
 * @throws GraphError in one line that names the node that TF.js cannot hold
 */
export function writeTfjs(original: Graph, storage: Storage = new Map()): TfjsModel {
  const graph = foldConstants(original)
  const sizes = sizesOf(graph)
  const keys = signatureKeysOf(graph)
  const layoutOf = ({ name }: OutputInfo) => (sizes.of(name).length === 4 ? channelsLastLayout : plainLayout)
  const b = new Builder()
  // Their names are promised; nodes take what is left.
  const inputNames = graph.inputs.map(({ name }) => b.unique(name))
  const outputNames = graph.outputs.map(({ name }) => b.unique(name))
  const values = new Map<string, Value>()
  const placeholders = graph.inputs.map((info, i) => {
    const value = placeholder(b, inputNames[i]!, info, sizes.of(info.name), layoutOf(info))
    values.set(info.name, value)
    return value
  })
  const inputInfos = graph.inputs.map((info, i) => {
    const { name, layout, shape } = placeholders[i]!
    return [keys?.inputs[i]?.[0] ?? info.name, tensorInfo(name, info, shape, layout)] as const
  })
  for (const [i, [name, tensor]] of [...graph.initializers].entries())
    values.set(name, { kind: 'constant', key: `${i} ${name}`, tensor })
  const written = {
    b,
    sizes,
    values,
    opset: graph.opset,
    samples: placeholders.find(({ shape }) => shape[0] === null),
  }
  for (const node of graph.nodes) writeNode(written, node)
  const outputInfos = graph.outputs.map((info, i) => {
    const layout = layoutOf(info)
    const name = outputNames[i]!
    output(b, name, values.get(info.name), info, layout)
    return [keys?.outputs[i]?.[0] ?? info.name, tensorInfo(name, info, sizes.of(info.name), layout)] as const
  })
  const names = [...graph.initializers.keys()]
  const stored = [...b.origins].flatMap(([name, origin]) => {
    const as = storage.get(names[origin] ?? '')
    return as === undefined ? [] : [[name, as] as const]
  })
  const { specs, bytes } = encodeWeights(b.weights, new Map(stored))
  return {
    format: 'graph-model',
    generatedBy: 'pare',
    // Not by assignment, which would take a name like __proto__ for the prototype.
    signature: { inputs: Object.fromEntries(inputInfos), outputs: Object.fromEntries(outputInfos) },
    modelTopology: { node: fuseActivations(b.nodes), versions: { producer: PRODUCER } },
    weightSpecs: specs,
    weightData: bytes,
  }
}

/** The declared sizes of an input or an output, or the inferred ones of an output that declares none. */
function declared({ shape }: OutputInfo, inferred: readonly Size[]): readonly Size[] {
  return shape?.length === inferred.length
    ? shape.map(dim => (typeof dim === 'number' ? dim : null))
    : inferred
}

function tensorInfo(name: string, info: OutputInfo, inferred: readonly Size[], layout: Layout): TensorInfo {
  const dtype = naming(info.name, () => typeName(info.dtype))
  const sizes = physicalSizes(layout, declared(info, inferred))
  return { name: `${name}:0`, dtype, tensorShape: shapeProto(sizes) }
}

function placeholder(
  b: Builder,
  name: string,
  info: ValueInfo,
  sizes: readonly Size[],
  layout: Layout,
): Computed {
  const dtype = naming(`input ${info.name}`, () => typeAttribute(info.dtype))
  b.emitAs(name, 'Placeholder', [], { dtype, shape: shape(physicalSizes(layout, declared(info, sizes))) })
  return { kind: 'computed', name, shape: sizes, layout, dtype: info.dtype }
}

function output(b: Builder, name: string, value: Value | undefined, info: OutputInfo, layout: Layout): void {
  if (value === undefined) throw new GraphError(`output ${info.name} cannot be written`)
  b.enter(name, '')
  const found = naming(`output ${info.name}`, () =>
    layout.kind === 'channelsLast' ? channelsLast(b, value) : plain(b, value),
  )
  b.emitAs(name, 'Identity', [found.name])
}
