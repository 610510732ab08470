import * as tf from '@tensorflow/tfjs'
import { randomStream } from '../../../../src/random.js'
import type { FloatValue } from '../../../../src/runtime/session.js'
import { normalSamples } from '../../../fixtures/run.js'

const { layers } = tf

/** What a model makes of its input. */
export type Net = (x: tf.SymbolicTensor) => tf.SymbolicTensor | tf.SymbolicTensor[]

/** A chain of layers. */
export const chain =
  (...made: (() => tf.layers.Layer)[]): Net =>
  x =>
    made.reduce((value, make) => make().apply(value) as tf.SymbolicTensor, x)

/** The only output of a layer. */
export const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
  layer.apply(x) as tf.SymbolicTensor

const same = 'same' as const
/** The sizes of a map. */
export const map = [9, 8, 4]

/** What layers models are made of, by what it is, and the shape of a sample. */
export const nets: Record<string, { shape: number[]; net: Net }> = {
  'convolution, valid': { shape: map, net: chain(() => layers.conv2d({ filters: 5, kernelSize: [3, 2] })) },
  'convolution, same, stride 2, odd and even sizes': {
    shape: map,
    net: chain(() =>
      layers.conv2d({ filters: 5, kernelSize: 3, strides: 2, padding: same, activation: 'relu' }),
    ),
  },
  'convolution, same, even kernel, stride 3': {
    shape: [10, 11, 3],
    net: chain(() => layers.conv2d({ filters: 4, kernelSize: 4, strides: 3, padding: same, useBias: false })),
  },
  'convolution, dilated': {
    shape: [12, 11, 3],
    net: chain(() => layers.conv2d({ filters: 4, kernelSize: 3, dilationRate: 2, padding: same })),
  },
  'depthwise, multiplier 2, stride 2': {
    shape: map,
    net: chain(() =>
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, strides: 2, padding: same }),
    ),
  },
  'depthwise of one channel': {
    shape: [7, 7, 1],
    net: chain(() => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 3 })),
  },
  separable: {
    shape: map,
    net: chain(() =>
      layers.separableConv2d({
        filters: 6,
        kernelSize: 3,
        depthMultiplier: 2,
        padding: same,
        activation: 'elu',
      }),
    ),
  },
  'transposed, same, stride 2': {
    shape: [5, 4, 3],
    net: chain(() => layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: same })),
  },
  'transposed, valid, stride 2': {
    shape: [5, 4, 3],
    net: chain(() => layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2 })),
  },
  'transposed, kernel smaller than its stride': {
    shape: [5, 4, 3],
    net: chain(() => layers.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 3, padding: same })),
  },
  'transposed, valid, kernel smaller than its stride': {
    shape: [5, 4, 3],
    net: chain(() => layers.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 3 })),
  },
  'batch normalisation': {
    shape: map,
    net: chain(
      () => layers.batchNormalization({}),
      () => layers.batchNormalization({ scale: false, epsilon: 0.1 }),
      () => layers.batchNormalization({ center: false }),
      () => layers.flatten(),
      () => layers.batchNormalization({}),
      () => layers.dense({ units: 3 }),
    ),
  },
  'batch normalisation of a sequence': {
    shape: [5, 4],
    net: chain(() => layers.batchNormalization({})),
  },
  'convolutions and pools of a sequence': {
    shape: [20, 4],
    net: chain(
      () => layers.conv1d({ filters: 6, kernelSize: 3, padding: same, activation: 'relu' }),
      () => layers.maxPooling1d({ poolSize: 2 }),
      () => layers.conv1d({ filters: 5, kernelSize: 3, dilationRate: 2 }),
      () => layers.averagePooling1d({ poolSize: 3, strides: 1, padding: same }),
      () => layers.conv1d({ filters: 5, kernelSize: 2, strides: 2 }),
    ),
  },
  'recurrent layers': {
    shape: [6, 4],
    net: x => {
      const y = apply(layers.lstm({ units: 3, returnSequences: true }), x)
      const z = apply(layers.gru({ units: 5, returnSequences: true }), y)
      return [
        apply(layers.simpleRNN({ units: 2, activation: 'relu' }), z),
        apply(layers.lstm({ units: 4, goBackwards: true, recurrentActivation: 'sigmoid' }), z),
        apply(layers.gru({ units: 3, returnSequences: true, goBackwards: true, useBias: false }), z),
      ]
    },
  },
  'both directions': {
    shape: [6, 4],
    net: x => {
      const around = (mergeMode: 'concat' | 'mul' | 'ave', returnSequences: boolean) =>
        layers.bidirectional({
          layer: layers.lstm({ units: 3, returnSequences, recurrentActivation: 'sigmoid' }) as tf.RNN,
          mergeMode,
        })
      return (['concat', 'mul', 'ave'] as const).flatMap(mode =>
        [true, false].map(sequences => apply(around(mode, sequences), x)),
      )
    },
  },
  'states handed on': {
    shape: [6, 4],
    net: x => {
      const encoder = layers.lstm({ units: 3, returnState: true })
      const [last, ...states] = encoder.apply(x) as tf.SymbolicTensor[]
      const decoder = layers.lstm({ units: 3, returnSequences: true })
      return [last!, decoder.apply(x, { initialState: states }) as tf.SymbolicTensor]
    },
  },
  'sums of products': {
    shape: [5, 4],
    net: x => {
      const [y, z] = [3, 4].map(units => apply(layers.dense({ units }), x))
      const pooled = [x, z!].map(value => apply(layers.globalMaxPooling1d({}), value))
      return [
        apply(layers.dot({ axes: [1, 1] }), [x, y!]),
        apply(layers.dot({ axes: -1, normalize: true }), [x, z!]),
        apply(layers.dot({ axes: 1 }), pooled),
      ]
    },
  },
  'global pools of a sequence': {
    shape: [7, 4],
    net: x => [apply(layers.globalMaxPooling1d({}), x), apply(layers.globalAveragePooling1d({}), x)],
  },
  'layer normalisation': { shape: map, net: chain(() => layers.layerNormalization({})) },
  pools: {
    shape: [9, 7, 4],
    net: chain(
      () => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: same }),
      () => layers.averagePooling2d({ poolSize: 3, strides: 1, padding: same }),
      () => layers.averagePooling2d({ poolSize: 2 }),
    ),
  },
  'flatten over cells': {
    shape: map,
    net: chain(
      () => layers.conv2d({ filters: 6, kernelSize: 3 }),
      () => layers.maxPooling2d({ poolSize: 2 }),
      () => layers.flatten(),
      () => layers.dropout({ rate: 0.5 }),
      () => layers.leakyReLU({ alpha: 0.1 }),
      () => layers.dense({ units: 7, activation: 'tanh' }),
      () => layers.dense({ units: 3, activation: 'softmax' }),
    ),
  },
  'flatten as the output': {
    shape: map,
    net: chain(
      () => layers.conv2d({ filters: 3, kernelSize: 3 }),
      () => layers.flatten(),
    ),
  },
  'flatten, softmax': {
    shape: [3, 2, 4],
    net: chain(
      () => layers.flatten(),
      () => layers.softmax(),
    ),
  },
  'reshape to cells and back': {
    shape: map,
    net: chain(
      () => layers.conv2d({ filters: 6, kernelSize: 3 }),
      () => layers.reshape({ targetShape: [42, 6] }),
      () => layers.dense({ units: 5 }),
      () => layers.permute({ dims: [2, 1] }),
      () => layers.reshape({ targetShape: [7, 6, 5] }),
      () => layers.conv2d({ filters: 2, kernelSize: 2 }),
    ),
  },
  'dense over cells': { shape: map, net: chain(() => layers.dense({ units: 5, activation: 'sigmoid' })) },
  'permuted map': {
    shape: map,
    net: chain(
      () => layers.permute({ dims: [2, 1, 3] }),
      () => layers.conv2d({ filters: 2, kernelSize: 3 }),
    ),
  },
  prelu: {
    shape: map,
    net: chain(
      () => layers.prelu({ sharedAxes: [1, 2] }),
      () => layers.prelu({}),
      () => layers.flatten(),
      () => layers.prelu({}),
      () => layers.dense({ units: 3 }),
    ),
  },
  activations: {
    shape: [20],
    net: x => {
      const names = [
        'relu',
        'relu6',
        'elu',
        'selu',
        'sigmoid',
        'tanh',
        'softplus',
        'softsign',
        'hardSigmoid',
        'swish',
        'gelu',
        'mish',
        'softmax',
        'linear',
      ] as const
      return names.map(name => apply(layers.activation({ activation: name as 'relu' }), x))
    },
  },
  'advanced activations': {
    shape: map,
    net: chain(
      () => layers.reLU({ maxValue: 2 }),
      () => layers.elu({ alpha: 1 }),
      () => layers.leakyReLU({}),
      () => layers.softmax({ axis: -1 }),
    ),
  },
  'padding and cropping': {
    shape: map,
    net: chain(
      () =>
        layers.zeroPadding2d({
          padding: [
            [0, 1],
            [2, 1],
          ],
        }),
      () => layers.conv2d({ filters: 4, kernelSize: 3, strides: 2 }),
      () => layers.zeroPadding2d({ padding: 1 }),
      () => layers.maxPooling2d({ poolSize: 2 }),
      () =>
        layers.cropping2D({
          cropping: [
            [1, 0],
            [0, 1],
          ],
        }),
    ),
  },
  upsampling: {
    shape: [4, 5, 3],
    net: chain(
      () => layers.upSampling2d({ size: [2, 3] }),
      () => layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }),
    ),
  },
  'residual, concat, gate': {
    shape: map,
    net: x => {
      const a = apply(layers.conv2d({ filters: 6, kernelSize: 3, padding: same, activation: 'relu' }), x)
      const b = apply(layers.conv2d({ filters: 6, kernelSize: 1 }), x)
      const sum = apply(layers.add(), [a, b])
      const gate = apply(
        layers.dense({ units: 6, activation: 'sigmoid' }),
        apply(layers.globalAveragePooling2d({}), sum),
      )
      const gated = apply(layers.multiply(), [sum, apply(layers.reshape({ targetShape: [1, 1, 6] }), gate)])
      const wide = apply(layers.concatenate(), [gated, a, apply(layers.maximum(), [a, b])])
      const mean = apply(layers.average(), [a, b, apply(layers.minimum(), [a, b])])
      return [apply(layers.globalMaxPooling2d({}), wide), wide, mean]
    },
  },
  'concat of flattened maps': {
    shape: map,
    net: x => {
      const parts = [3, 2].map(kernelSize =>
        apply(layers.flatten(), apply(layers.conv2d({ filters: 3, kernelSize }), x)),
      )
      return apply(layers.dense({ units: 4 }), apply(layers.concatenate(), parts))
    },
  },
  'concat along rows': {
    shape: map,
    net: x =>
      apply(layers.concatenate({ axis: 1 }), [x, apply(layers.conv2d({ filters: 4, kernelSize: 1 }), x)]),
  },
  'one layer called three times': {
    shape: [6, 6, 4],
    net: x => {
      const shared = layers.conv2d({ filters: 4, kernelSize: 3, padding: same, activation: 'tanh' })
      const once = apply(shared, x)
      return apply(layers.add(), [once, apply(shared, apply(shared, once))])
    },
  },
  'models in a model': {
    shape: map,
    net: x => {
      const inside = tf.sequential({
        layers: [
          layers.conv2d({ inputShape: map, filters: 4, kernelSize: 3, padding: same }),
          layers.batchNormalization({}),
        ],
      })
      const y = tf.input({ shape: map })
      const z = apply(layers.conv2d({ filters: 4, kernelSize: 1 }), y)
      const branch = tf.model({ inputs: y, outputs: [apply(layers.add(), [y, z])] })
      return apply(layers.flatten(), apply(branch, apply(inside, apply(inside, x))))
    },
  },
}

/** Normal samples of a shape. */
export function samples(shape: readonly number[], batch = 2): FloatValue {
  const whole = [batch, ...shape]
  const length = whole.reduce((a, b) => a * b, 1)
  return { data: normalSamples(randomStream(2, 0, 'samples'), length), shape: whole }
}
