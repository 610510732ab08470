import { floatTensor, toNumbers } from '../../../../graph/tensor.js'
import { float, int } from '../attribute.js'
import type { Builder } from '../builder.js'
import { alongFeatures, channelsFirst, materialize, notRows, plain } from '../layout.js'
import { type Computed, type Constant, known, type Value } from '../value.js'
import { binary } from './elementwise.js'

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
