import type { Random } from '../src/random.js'
import { dense } from '../src/tensor/gradients/dense.js'
import {
  add,
  concat,
  relu,
  sigmoid,
  type Tensor2D,
  tensor,
  tidy,
  type Variable,
  variable,
} from '../src/tensor/tf.js'

/**
 * A multi-layer perceptron's weights [out, in] and biases [out, 1], alternating. Samples are columns: the WASM backend
 * packs the right operand of a product, and a batch is several times smaller than the weights.
 */
export type Network = readonly Variable[]

/** Output weights start this small, so that first actions lie mid-way (Lillicrap et al. 2016, section 7). */
const OUTPUT_INIT = 3e-3

/** A network with the given layer widths; hidden layers start uniform in +-1/sqrt(inputs). */
export function createNetwork(widths: readonly number[], random: Random): Network {
  return widths.slice(1).flatMap((width, layer) => {
    const inputs = widths[layer]!
    const bound = layer === widths.length - 2 ? OUTPUT_INIT : 1 / Math.sqrt(inputs)
    const uniform = (length: number) =>
      Float32Array.from({ length }, () => bound * (2 * random.uniform() - 1))
    const create = (values: Float32Array, shape: number[]) =>
      tidy(() => variable(tensor(values, shape), true))
    return [create(uniform(inputs * width), [width, inputs]), create(uniform(width), [width, 1])]
  })
}

/** What needs no gradient, and is then not computed: the network's input or its parameters. */
type Constant = 'input' | 'parameters'

function forward(network: Network, input: Tensor2D, constant: Constant): Tensor2D {
  const layers = network.length / 2
  let x = input
  for (let layer = 0; layer < layers; layer++) {
    const weight = network[2 * layer] as Tensor2D
    const bias = network[2 * layer + 1]!
    const constants = constant === 'parameters' ? [weight] : layer === 0 ? [x] : []
    x = add(dense(weight, x, undefined, constants), bias)
    if (layer < layers - 1) x = relu(x)
  }
  return x
}

/** mu(s): an action in (0,1) for each state; [features, n] -> [1, n]. */
export function actor(network: Network, states: Tensor2D): Tensor2D {
  return sigmoid(forward(network, states, 'input'))
}

/** Q(s, a); [features, n], [1, n] -> [1, n]. */
export function critic(network: Network, states: Tensor2D, actions: Tensor2D, constant: Constant): Tensor2D {
  return forward(network, concat([states, actions], 0), constant)
}
