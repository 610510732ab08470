import { type Tensor, type Tensor4D, tensor1d } from '@tensorflow/tfjs-core'
import { type Attribute, execute } from './execute.js'

/** What the forward pass made: the value, and what its gradient asks for. */
export interface NativeBatchNorm {
  readonly value: Tensor
  readonly reserved: readonly Tensor[]
}

function attributes(epsilon: number, training: boolean): Attribute[] {
  return [
    { name: 'U', type: 'TYPE', value: 'FLOAT' },
    { name: 'epsilon', type: 'FLOAT', value: epsilon },
    { name: 'data_format', type: 'STRING', value: 'NHWC' },
    { name: 'is_training', type: 'BOOL', value: training },
  ]
}

/** Batch normalisation of [n, h, w, c] by the statistics given, else by the batch's own, in TensorFlow's one operation. */
export function nativeBatchNorm(
  x: Tensor4D,
  gamma: Tensor,
  beta: Tensor,
  stored: { readonly mean: Tensor; readonly variance: Tensor } | null,
  epsilon: number,
): NativeBatchNorm {
  const none = tensor1d([])
  const inputs = [x, gamma, beta, stored?.mean ?? none, stored?.variance ?? none]
  const [value, , , first, second] = execute(
    'FusedBatchNormV3',
    attributes(epsilon, stored === null),
    inputs,
    6,
  ) as readonly [Tensor, Tensor, Tensor, Tensor, Tensor]
  return { value, reserved: stored === null ? [first, second] : [stored.mean, stored.variance] }
}

/** dL/dx, dL/dgamma and dL/dbeta. */
export function nativeBatchNormGradients(
  dy: Tensor,
  x: Tensor4D,
  gamma: Tensor,
  reserved: readonly Tensor[],
  epsilon: number,
  training: boolean,
): readonly [Tensor, Tensor, Tensor] {
  const [dx, dGamma, dBeta] = execute(
    'FusedBatchNormGradV3',
    attributes(epsilon, training),
    [dy, x, gamma, ...reserved, tensor1d([])],
    5,
  ) as readonly [Tensor, Tensor, Tensor]
  return [dx, dGamma, dBeta]
}
