import { intAttribute } from './attributes.js'
import { indexAlong } from './axes.js'
import { PARE_DOMAIN } from './pare-domain.js'
import { roundHalfEven } from './round-half-even.js'
import { floats } from './tensor.js'
import { type Graph, GraphError, type Node } from './types.js'

/** The fewest and most bits an integer of a quantised value has; what has more stays float. */
export const LEAST_BITS = 2
/** A weight may have one bit, its sign: it is binary. */
export const LEAST_WEIGHT_BITS = 1
export const MOST_BITS = 8

/** Which integers a tensor is rounded to. */
export interface IntegerKind {
  /** 2 to 8; of weights, 1 too. */
  readonly bits: number
  /** Symmetric around zero (weights), or from zero up with a zero point (activations). */
  readonly signed: boolean
}

/**
 * A tensor on its way through the integers of a grid and back: scale x (clamp(round(x / scale) + zero) - zero), rounding
 * half to even as ONNX does. What stands for a quantiser while a network is trained or packed; before others read the
 * model, it is lowered to QuantizeLinear and DequantizeLinear.
 */
export interface FakeQuantize extends IntegerKind {
  /** Name of the tensor: a weight, or a value. */
  readonly input: string
  readonly output: string
  /** Name of the float32 constant with the grid's step: one element, or one for each index along `axis`. */
  readonly scale: string
  /** Name of the int32 constant with the integer that stands for 0, of one element; '' for a symmetric grid. */
  readonly zeroPoint: string
  /** Axis of the channels with scales of their own; null where all share one. */
  readonly axis: number | null
}

/** The smallest and largest integer of a grid. */
export interface IntegerRange {
  readonly low: number
  readonly high: number
  /** How far neighbours lie apart: 1, but 2 where there are only -1 and 1. */
  readonly apart: 1 | 2
}

/** The range of a kind of integers: -(2^(bits-1) - 1) to 2^(bits-1) - 1, or -1 and 1 of one bit, or 0 to 2^bits - 1. */
export function integerRange({ bits, signed }: IntegerKind): IntegerRange {
  if (signed && bits === 1) return { low: -1, high: 1, apart: 2 }
  const high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1
  return { low: signed ? -high : 0, high, apart: 1 }
}

/** The node of a quantiser. */
export function fakeQuantizeNode(id: string, q: FakeQuantize): Node {
  const axis = q.axis === null ? {} : { axis: { kind: 'int', value: q.axis } as const }
  return {
    id,
    op: 'FakeQuantize',
    domain: PARE_DOMAIN,
    inputs: [q.input, q.scale, q.zeroPoint],
    outputs: [q.output],
    attributes: {
      bits: { kind: 'int', value: q.bits },
      signed: { kind: 'int', value: q.signed ? 1 : 0 },
      ...axis,
    },
  }
}

/** What a node quantises; undefined for any other node. @throws GraphError for bits that there are not. */
export function fakeQuantizeOf(node: Node): FakeQuantize | undefined {
  if (node.domain !== PARE_DOMAIN || node.op !== 'FakeQuantize') return undefined
  const [input = '', scale = '', zeroPoint = ''] = node.inputs
  const bits = intAttribute(node, 'bits', 0)
  const signed = intAttribute(node, 'signed', 1) === 1
  const least = signed && zeroPoint === '' ? LEAST_WEIGHT_BITS : LEAST_BITS
  if (!(bits >= least && bits <= MOST_BITS))
    throw new GraphError(`node ${node.id}: expected ${least} to ${MOST_BITS} bits, found ${bits}`)
  return {
    input,
    output: node.outputs[0] ?? '',
    scale,
    zeroPoint,
    bits,
    signed,
    axis: node.attributes.axis === undefined ? null : intAttribute(node, 'axis', 0),
  }
}

/**
 * The integers of a constant that a symmetric quantiser reads, in its order.
 * @throws GraphError where the constant or its scales are not there.
 */
export function quantizedIntegers(graph: Graph, q: FakeQuantize): Int8Array {
  const weight = graph.initializers.get(q.input)
  const scale = graph.initializers.get(q.scale)
  if (weight === undefined || scale === undefined)
    throw new GraphError(`${q.output}: expected constants ${q.input} and ${q.scale}`)
  const steps = floats(scale)
  const range = integerRange(q)
  const indexOf = indexAlong(weight.shape, q.axis)
  return Int8Array.from(floats(weight), (w, i) => nearestInteger(w, steps[indexOf(i)]!, range))
}

/** The integer of a float32 on a grid of that step, rounded as ONNX does; 0 where there is no step. Of one bit, its sign. */
export function nearestInteger(w: number, step: number, { low, high, apart }: IntegerRange): number {
  if (apart === 2) return w < 0 && step > 0 ? low : high
  return step === 0 ? 0 : Math.min(high, Math.max(low, roundHalfEven(Math.fround(w / step))))
}

/** A tensor of integers with a step for each index along an axis, or a single one. */
export function scaledIntegers(
  integers: Int8Array,
  steps: Float32Array,
  shape: readonly number[],
  axis: number | null,
): Float32Array {
  const indexOf = indexAlong(shape, axis)
  return Float32Array.from(integers, (integer, i) => integer * steps[indexOf(i)]!)
}
