import { z } from 'zod'
import { floatTensor, toNumbers } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import { binary } from '../../import/ops/elementwise.js'
import {
  batchNormalization,
  groupNormalization,
  layerNormalization,
  unitLength,
} from '../../import/ops/normalization.js'
import { axisOf, type Constant, known, shapeOf, type Value } from '../../import/value.js'
import { type Call, type Layer, only, options, required } from '../call.js'

const axes = z.union([z.number().int(), z.array(z.number().int())])

const schema = z.looseObject({
  axis: axes.nullish(),
  epsilon: z.number().nonnegative().default(1e-3),
  scale: z.boolean().default(true),
  center: z.boolean().default(true),
})

/** What all normalisations read. @throws GraphError for one over another axis than the last. */
function affineOf(call: Call) {
  const { axis, epsilon, scale, center } = options(call, schema)
  const rank = shapeOf(only(call)).length
  const given = (typeof axis === 'number' ? [axis] : (axis ?? [-1])).map(a => axisOf(a, rank))
  if (given.length !== 1 || given[0] !== rank - 1)
    throw new GraphError(`a normalisation over axes [${given}] is not supported, only over the last`)
  return {
    epsilon,
    scale: scale ? required(call, 'gamma') : undefined,
    centre: center ? required(call, 'beta') : undefined,
  }
}

const batch: Layer = call =>
  batchNormalization(call.b, only(call), {
    ...affineOf(call),
    mean: required(call, 'moving_mean'),
    variance: required(call, 'moving_variance'),
  })

const layer: Layer = call => {
  const { rms_scaling } = options(call, z.looseObject({ rms_scaling: z.boolean().nullish() }))
  if (rms_scaling === true) throw new GraphError('scaling by the root of the mean square is not supported')
  return layerNormalization(call.b, only(call), affineOf(call))
}

const group: Layer = call => {
  const { groups } = options(call, z.looseObject({ groups: z.number().int().default(32) }))
  const channels = known(shapeOf(only(call)).at(-1), 'the number of channels')
  return groupNormalization(call.b, only(call), groups === -1 ? channels : groups, affineOf(call))
}

/** Vectors of length 1, along the last axis. */
const unit: Layer = call => {
  const { axis } = options(call, z.looseObject({ axis: axes.default(-1) }))
  const rank = shapeOf(only(call)).length
  const [first = -1, ...others] = [axis].flat()
  if (others.length > 0) throw new GraphError('a normalisation over several axes is not supported')
  return unitLength(call.b, only(call), axisOf(first, rank))
}

const numbers = z.union([z.number(), z.array(z.unknown())])

/** A number or nested lists of numbers; they broadcast along the last axis. */
function constant(value: z.infer<typeof numbers>): Constant {
  const flat = (Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value]).map(Number)
  if (flat.some(Number.isNaN)) throw new GraphError('expected numbers in its configuration')
  const shape = flat.length === 1 ? [] : [flat.length]
  return { kind: 'constant', key: `numbers_${flat.join('_')}`, tensor: floatTensor(shape, flat) }
}

function derived(from: Constant, name: string, change: (x: number) => number): Constant {
  const tensor = floatTensor(from.tensor.shape, toNumbers(from.tensor).map(change))
  return { kind: 'constant', key: `${from.key}:${name}`, tensor }
}

/** ConvNeXt's scale of each channel; Keras 3 gives it no name of its own. */
const scaling: Layer = call => binary(call.b, 'Mul', only(call), call.onlyWeight() ?? required(call, 'gamma'))

const rescaling: Layer = call => {
  const { scale, offset } = options(call, z.looseObject({ scale: numbers, offset: numbers.default(0) }))
  return binary(call.b, 'Add', binary(call.b, 'Mul', only(call), constant(scale)), constant(offset))
}

/** Keras keeps a variance from reaching zero by this floor of the deviation. */
const LEAST_DEVIATION = 1e-7

const standardization: Layer = (call): Value => {
  const config = options(
    call,
    z.looseObject({ mean: numbers.nullish(), variance: numbers.nullish(), invert: z.boolean().nullish() }),
  )
  const mean = config.mean == null ? required(call, 'mean') : constant(config.mean)
  const variance = config.variance == null ? required(call, 'variance') : constant(config.variance)
  const deviation = derived(variance, 'deviation', v => Math.max(Math.sqrt(v), LEAST_DEVIATION))
  if (config.invert === true) return binary(call.b, 'Add', binary(call.b, 'Mul', only(call), deviation), mean)
  return binary(call.b, 'Div', binary(call.b, 'Sub', only(call), mean), deviation)
}

export const normalizations: Readonly<Record<string, Layer>> = {
  BatchNormalization: batch,
  BatchNormalizationV1: batch,
  BatchNormalizationV2: batch,
  GroupNormalization: group,
  LayerNormalization: layer,
  LayerScale: scaling,
  UnitNormalization: unit,
  Rescaling: rescaling,
  Normalization: standardization,
}
