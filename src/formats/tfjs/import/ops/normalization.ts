import { floatTensor, toNumbers } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import { float, int, ints } from '../attribute.js'
import type { Builder } from '../builder.js'
import {
  alongFeatures,
  axesApart,
  channelsFirst,
  materialize,
  notRows,
  physicalShape,
  plain,
} from '../layout.js'
import { type Computed, type Constant, computed, known, shapeOf, type Value } from '../value.js'
import { binary, scalar, unary } from './elementwise.js'
import { reduce } from './reduction.js'
import { transpose } from './shape.js'

/** The statistics and the affine map of a normalisation, each [channels]; scale and centre may be left out. */
export interface Normalization {
  readonly scale: Constant | undefined
  readonly centre: Constant | undefined
  readonly mean: Constant
  readonly variance: Constant
  readonly epsilon: number
}

function filled(length: number, value: number): Constant {
  const data = new Float32Array(length).fill(value)
  return { kind: 'constant', key: `${value}x${length}`, tensor: floatTensor([length], data) }
}

/** Batch normalisation with stored statistics over the last axis. */
export function batchNormalization(b: Builder, value: Value, given: Normalization): Computed {
  const rank = materialize(b, value).shape.length
  if (rank !== 2 && rank !== 4) return affine(b, value, given)
  const x = rank === 4 ? channelsFirst(b, value) : notRows(b, value)
  const length = known(x.shape.at(-1), 'the number of channels')
  const { scale = filled(length, 1), centre = filled(length, 0), mean, variance, epsilon } = given
  const parameters = [scale, centre, mean, variance].map(parameter => {
    const { key, tensor } = alongFeatures(parameter, 0, x.layout)
    return b.initializer(key, () => tensor)
  })
  const attributes = { epsilon: float(epsilon) }
  return { ...x, name: b.emit('BatchNormalization', [x.name, ...parameters], attributes) }
}

/** The same as one multiplication and one addition, for values that are no maps. */
function affine(
  b: Builder,
  value: Value,
  { scale, centre, mean, variance, epsilon }: Normalization,
): Computed {
  const [s, c, m] = [scale, centre, mean].map(given => given && toNumbers(given.tensor))
  const factor = toNumbers(variance.tensor).map((v, i) => (s?.[i] ?? 1) / Math.sqrt(v + epsilon))
  const shift = factor.map((f, i) => (c?.[i] ?? 0) - (m?.[i] ?? 0) * f)
  const vector = (name: string, data: number[]): Constant => ({
    kind: 'constant',
    key: `${mean.key}:${name}`,
    tensor: floatTensor([data.length], data),
  })
  return binary(b, 'Add', binary(b, 'Mul', value, vector('factor', factor)), vector('shift', shift))
}

/** Layer normalisation over the last axis. */
export function layerNormalization(
  b: Builder,
  value: Value,
  { scale, centre, epsilon }: Pick<Normalization, 'scale' | 'centre' | 'epsilon'>,
): Computed {
  const x = plain(b, value)
  const length = known(x.shape.at(-1), 'the number of features')
  const parameters = [scale ?? filled(length, 1), centre ?? filled(length, 0)].map(({ key, tensor }) =>
    b.initializer(key, () => tensor),
  )
  const attributes = { axis: int(-1), epsilon: float(epsilon) }
  return { ...x, name: b.emit('LayerNormalization', [x.name, ...parameters], attributes) }
}

/** Vectors of the last axis brought to mean 0 and variance 1, in whatever layout the value has. */
export function standardized(b: Builder, value: Value, epsilon: number): Computed {
  const x = axesApart(b, value)
  const last = [x.shape.length - 1]
  const centred = binary(b, 'Sub', x, reduce(b, 'ReduceMean', x, last, true))
  const variance = reduce(b, 'ReduceMean', binary(b, 'Mul', centred, centred), last, true)
  return binary(b, 'Div', centred, unary(b, 'Sqrt', binary(b, 'Add', variance, scalar(epsilon))))
}

/** Group normalisation of a map or a sequence over its last axis, as PyTorch writes it: instances of groups, then an affine map. */
export function groupNormalization(
  b: Builder,
  value: Value,
  groups: number,
  { scale, centre, epsilon }: Pick<Normalization, 'scale' | 'centre' | 'epsilon'>,
): Computed {
  const rank = shapeOf(value).length
  const channels = known(shapeOf(value).at(-1), 'the number of channels')
  if ((rank !== 3 && rank !== 4) || groups < 1 || channels % groups !== 0)
    throw new GraphError(`a normalisation of ${channels} channels in ${groups} groups over ${rank} axes`)
  const x = rank === 4 ? channelsFirst(b, value) : transpose(b, value, [0, 2, 1])
  const vector = (length: number, fill: number) => {
    const { key, tensor } = filled(length, fill)
    return b.initializer(key, () => tensor)
  }
  const grouped = b.emit('Reshape', [x.name, b.integers([0, groups, -1])])
  const parameters = [vector(groups, 1), vector(groups, 0)]
  const normed = b.emit('InstanceNormalization', [grouped, ...parameters], { epsilon: float(epsilon) })
  const sizes = physicalShape(x).slice(2)
  if (sizes.filter(size => size === null).length > 1)
    throw new GraphError('the size of the map is not known before the model runs')
  const target = b.integers([0, channels, ...sizes.map(size => size ?? -1)])
  const back = { ...x, name: b.emit('Reshape', [normed, target]) }
  const inPlace = rank === 4 ? back : transpose(b, back, [0, 2, 1])
  const scaled = scale === undefined ? inPlace : binary(b, 'Mul', inPlace, scale)
  return centre === undefined ? scaled : binary(b, 'Add', scaled, centre)
}

/** Keras divides by no length below this. */
const LEAST_LENGTH = 1e-6

/** A value whose vectors along an axis are brought to length 1. */
export function unitLength(b: Builder, value: Value, axis: number): Computed {
  const x = plain(b, value)
  const name = b.emit('ReduceL2', [x.name], { axes: ints([axis]), keepdims: int(1) })
  const shape = x.shape.map((size, a) => (a === axis ? 1 : size))
  return binary(b, 'Div', x, binary(b, 'Max', computed(name, shape), scalar(LEAST_LENGTH)))
}
