import { type FakeQuantize, fakeQuantizeNode, MOST_BITS } from '../../graph/fake-quantize.js'
import { freshNames } from '../../graph/fresh-names.js'
import { PARE_DOMAIN } from '../../graph/pare-domain.js'
import { floatTensor } from '../../graph/tensor.js'
import { type Graph, GraphError, type Node, type Tensor } from '../../graph/types.js'
import type { Moments } from '../moments.js'
import { biasOf, leastScales } from './bias-scales.js'
import { compensate } from './compensate.js'
import { type Grid, gridOf } from './grid.js'
import type { Histogram } from './histogram.js'
import { integerValues } from './integer-values.js'
import { type QuantizableLayers, quantizableLayers, type WeightGroup } from './layers.js'
import { type BitPlan, type SettledBits, settleBits } from './plan.js'
import { type RangeMethod, rangeOf } from './ranges.js'
import { type ScaleMethod, weightScales } from './weight-scales.js'

/** How grids are chosen. */
export interface Calibration {
  /** What each value was on calibration samples: `quantizableValues` says which are needed. */
  readonly histograms: ReadonlyMap<string, Histogram>
  readonly ranges: RangeMethod
  /** Whether a weight has one scale or one for each channel; a depthwise one always has the latter. */
  readonly per: 'tensor' | 'channel'
  /** How scales of weights are chosen; by default `minmax` for 8 bits, and `mse` for fewer. */
  readonly scales?: ScaleMethod
  /** Moments of what layers read, by which rounding makes up for itself: see `compensate`. Without, all is rounded to nearest. */
  readonly moments?: readonly Moments[]
}

/** The values that any plan may quantise. */
export function quantizableValues(graph: Graph): string[] {
  const { layers, activations } = quantizableLayers(graph)
  const read = activations.map(({ name }) => name)
  return [...read, ...integerValues(graph, new Set(layers.map(({ node }) => node)), new Set(read))]
}

/** Bits by value: those that a plan gives, and 8 for the others that integer kernels need. */
export function valueBits(
  graph: Graph,
  found: QuantizableLayers,
  bits: SettledBits,
): ReadonlyMap<string, number> {
  const whole = found.layers.filter(
    ({ weight, activation }) => bits.weights.has(weight) && bits.activations.has(activation),
  )
  const integer = integerValues(
    graph,
    new Set(whole.map(({ node }) => node)),
    new Set(bits.activations.keys()),
  )
  return new Map([...bits.activations, ...integer.map(name => [name, MOST_BITS] as const)])
}

/**
 * The graph with a quantiser on each weight and value that the plan names, and at 8 bits on the values between quantised
 * layers. Weights are symmetric and signed, values unsigned with a zero point. Biases stay float constants; the scales leave
 * them room.
 * @throws GraphError for a plan that does not fit the graph, or a value that calibration did not see.
 */
export function insertQuantizers(graph: Graph, plan: BitPlan, calibration: Calibration): Graph {
  const found = quantizableLayers(graph)
  const bits = settleBits(found, plan)
  const fresh = freshNames(graph)
  const constants: [string, Tensor][] = []
  const constant = (wish: string, tensor: Tensor) => {
    const name = fresh(wish)
    constants.push([name, tensor])
    return name
  }
  const quantizers = new Map<string, Node>()
  const add = (q: Omit<FakeQuantize, 'output'>) =>
    quantizers.set(q.input, fakeQuantizeNode(fresh('quantize'), { ...q, output: fresh('quantized') }))
  const grids = new Map<string, Grid>()
  for (const [value, width] of valueBits(graph, found, bits)) {
    const histogram = calibration.histograms.get(value)
    if (histogram === undefined) throw new GraphError(`value ${value} was not calibrated`)
    const grid = gridOf(rangeOf(histogram, calibration.ranges, width), width)
    grids.set(value, grid)
    const scale = constant('scale', floatTensor([], [grid.scale]))
    const zeroPoint = constant('zero', { dtype: 'int32', shape: [], data: Int32Array.of(grid.zero) })
    add({ input: value, scale, zeroPoint, bits: width, signed: false, axis: null })
  }
  for (const group of found.weights) {
    const width = bits.weights.get(group.name)
    if (width === undefined) continue
    const weight = graph.initializers.get(group.name)!
    const axis = axisOf(group, found, calibration.per)
    const least = leastOf(graph, group, found, grids, axis)
    const method = calibration.scales ?? (width === MOST_BITS ? 'minmax' : 'mse')
    const scales = weightScales(weight, axis, { bits: width, method, least })
    const scale = constant('scale', floatTensor(axis === null ? [] : [scales.length], scales))
    add({ input: group.name, scale, zeroPoint: '', bits: width, signed: true, axis })
  }
  const quantized = withQuantizers(
    { ...graph, initializers: new Map([...graph.initializers, ...constants]) },
    quantizers,
  )
  return compensate(quantized, graph, calibration.moments ?? [])
}

function axisOf(group: WeightGroup, { layers }: QuantizableLayers, per: Calibration['per']): number | null {
  const depthwise = layers.some(({ weight, depthwise }) => weight === group.name && depthwise)
  return per === 'channel' || depthwise ? group.axis : null
}

/** The least scales that the biases of a weight's layers allow. */
function leastOf(
  graph: Graph,
  group: WeightGroup,
  { layers }: QuantizableLayers,
  grids: ReadonlyMap<string, Grid>,
  axis: number | null,
): Float64Array {
  const { shape } = graph.initializers.get(group.name)!
  const all = new Float64Array(axis === null ? 1 : shape[axis]!)
  for (const layer of layers) {
    const grid = grids.get(layer.activation)
    const node = graph.nodes.find(({ id }) => id === layer.node)!
    const bias = layer.weight === group.name ? biasOf(graph, node, shape[layer.axis ?? 0]!) : undefined
    if (grid === undefined || bias === undefined) continue
    for (const [i, least] of leastScales(bias, grid.scale, axis !== null).entries())
      all[i] = Math.max(all[i]!, least)
  }
  return all
}

/** The graph whose nodes read, in place of a tensor, what its quantiser makes of it. */
function withQuantizers(graph: Graph, quantizers: ReadonlyMap<string, Node>): Graph {
  const placed = new Set<Node>()
  const place = (name: string): Node[] => {
    const node = quantizers.get(name)
    if (node === undefined || placed.has(node)) return []
    placed.add(node)
    return [node]
  }
  const nodes = graph.inputs.flatMap(({ name }) => place(name))
  for (const node of graph.nodes) {
    for (const name of node.inputs) if (graph.initializers.has(name)) nodes.push(...place(name))
    nodes.push({ ...node, inputs: node.inputs.map(name => quantizers.get(name)?.outputs[0] ?? name) })
    for (const name of node.outputs) nodes.push(...place(name))
  }
  return { ...graph, nodes, otherOpsets: { ...graph.otherOpsets, [PARE_DOMAIN]: 1 } }
}
