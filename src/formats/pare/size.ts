import { type AxisWidth, axisWidths, widthOf } from '../../graph/axis-widths.js'
import { FLOAT_BITS } from '../../graph/bitops.js'
import { type FakeQuantize, fakeQuantizeOf } from '../../graph/fake-quantize.js'
import type { ChannelGroup } from '../../graph/groups.js'
import { elementBytes } from '../../graph/tensor.js'
import { type Graph, GraphError, type Node, type Tensor } from '../../graph/types.js'
import { type Rename, structureSize } from '../onnx/structure-size.js'
import { ENTRY_BYTES, HEADER_BYTES } from './layout.js'
import { nameQuantizers } from './quantizer-names.js'
import { entryBytes } from './table.js'
import { floatBytes, integerBytes } from './weight-bytes.js'

/** What a `.pare` file's bytes depend on. */
export interface SizeDecisions {
  /** Channels that each group keeps, in group order. */
  readonly keep: ArrayLike<number>
  /** Bits of each weight, in the order of `weights`: 2 to 8, or 0 or 32 for float. */
  readonly bits: ArrayLike<number>
  /** For each value, in the order of `values`, whether it is quantised. */
  readonly quantized: ArrayLike<boolean | number>
}

export interface PareSizeModel {
  /** The weights that may be quantised. */
  readonly weights: readonly string[]
  /** The values that may be quantised. */
  readonly values: readonly string[]
  /**
   * Bytes of the `exact` file. They never fall when a keep count or a weight's bits rise, nor when one more value is
   * quantised, whose scale and zero point take room. Between whole widths and bits they lie between those of the
   * neighbours.
   */
  readonly bytes: (decisions: SizeDecisions) => number
}

/** A quantiser and its node. */
interface Site {
  readonly node: Node
  readonly quantizer: FakeQuantize
}

/**
 * The bytes of the file that `writePare` makes, in exact mode, of a float graph once its groups are cut and quantisers are
 * put in, as an exact function of what is decided.
 * @param quantized the graph with every quantiser that it may get, at any bits: it says what they are called and which
 * constants they bring along
 */
export function pareSizeModel(
  graph: Graph,
  groups: readonly ChannelGroup[],
  quantized: Graph = graph,
): PareSizeModel {
  const named = nameQuantizers(quantized)
  const sites = named.nodes.flatMap((node): Site[] => {
    const quantizer = fakeQuantizeOf(node)
    return quantizer === undefined ? [] : [{ node, quantizer }]
  })
  const ofWeights = sites.filter(({ quantizer }) => graph.initializers.has(quantizer.input))
  const ofValues = sites.filter(({ quantizer }) => !graph.initializers.has(quantizer.input))
  const renames = ofValues.map(site => renameOf(site, named))
  const structure = structureSize(graph, groups, { withData: false, renames })
  const added = renames.map(({ constants }) =>
    [...constants.values()].reduce((sum, { data }) => sum + ENTRY_BYTES + data.byteLength, 0),
  )
  const width = axisWidths(groups)
  const constants = [...graph.initializers].map(([name, tensor]) => {
    const axes = tensor.shape.map((size, axis) => width(name, axis, size))
    const site = ofWeights.findIndex(({ quantizer }) => quantizer.input === name)
    return site < 0 ? plainSize(axes, tensor) : weightSize(axes, site, ofWeights[site]!, named)
  })
  return {
    weights: ofWeights.map(({ quantizer }) => quantizer.input),
    values: ofValues.map(({ quantizer }) => quantizer.input),
    bytes: decisions => {
      let size = HEADER_BYTES + structure({ keep: decisions.keep, renamed: decisions.quantized })
      for (const constant of constants) size += constant(decisions)
      for (const [i, bytes] of added.entries()) if (decisions.quantized[i]) size += bytes
      return size
    },
  }
}

function renameOf({ node, quantizer: { input, output, scale, zeroPoint } }: Site, graph: Graph): Rename {
  const names = [scale, zeroPoint].filter(name => name !== '')
  const constants = new Map(names.map(name => [name, constantOf(graph, name)]))
  return { value: input, name: output, nodes: [node], constants }
}

function constantOf({ initializers }: Graph, name: string): Tensor {
  const tensor = initializers.get(name)
  if (tensor === undefined) throw new GraphError(`expected a constant ${name}`)
  return tensor
}

function elements(axes: readonly AxisWidth[], keep: ArrayLike<number>): number {
  let count = 1
  for (const axis of axes) count *= widthOf(axis, keep)
  return count
}

function plainSize(axes: readonly AxisWidth[], { dtype }: Tensor): (decisions: SizeDecisions) => number {
  const bytes = elementBytes(dtype)
  return ({ keep }) => ENTRY_BYTES + bytes * elements(axes, keep)
}

/** Of integers and floats, the fewer bytes, as the writer has it. */
function weightSize(
  axes: readonly AxisWidth[],
  site: number,
  { node, quantizer: { output, scale, axis } }: Site,
  graph: Graph,
): (decisions: SizeDecisions) => number {
  const scaleRank = constantOf(graph, scale).shape.length
  const entry = entryBytes({ node: node.id, output, scale, axis, scaleRank })
  return ({ keep, bits }) => {
    const count = elements(axes, keep)
    const own = bits[site]!
    if (own === 0 || own >= FLOAT_BITS) return floatBytes(count)
    const scales = axis === null ? 1 : widthOf(axes[axis]!, keep)
    return Math.min(integerBytes(entry, count, scales, own), floatBytes(count))
  }
}
