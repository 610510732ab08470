import { assignFlat, flatten } from '../tensor/flat.js'
import {
  add,
  mul,
  type NamedTensorMap,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variable,
  zerosLike,
} from '../tensor/tf.js'

/** Rank from which a parameter is a weight and not a scale or a bias. */
const WEIGHT_RANK = 2

/**
 * Stochastic gradient descent with Nesterov momentum (Sutskever et al. 2013), as PyTorch formulates it.
 */
export class Sgd {
  readonly #variables: readonly Variable[]
  readonly #momentum: number
  readonly #values: Variable
  readonly #velocity: Variable
  /** Weight decay by element. */
  readonly #decay: Tensor

  constructor(variables: readonly Variable[], momentum: number, weightDecay: number) {
    this.#variables = variables
    this.#momentum = momentum
    this.#values = tidy(() => variable(flatten(variables), false))
    this.#velocity = tidy(() => variable(zerosLike(this.#values), false))
    const decay = new Float32Array(this.#values.size)
    let offset = 0
    for (const { rank, size } of variables) {
      if (rank >= WEIGHT_RANK) decay.fill(weightDecay, offset, offset + size)
      offset += size
    }
    this.#decay = tensor(decay, [decay.length])
  }

  /**
   * One step, unless the gradient is not finite; a gradient longer than `clipNorm` is shortened to it. Call it within
   * `tidy`.
   * @returns the length of the whole gradient before it was shortened
   */
  apply(gradients: NamedTensorMap, rate: number, clipNorm: number): number {
    const raw = flatten(this.#variables.map(v => gradients[v.name] ?? zerosLike(v)))
    const norm = sqrt(sum(square(raw))).dataSync()[0]!
    if (!Number.isFinite(norm)) return norm
    const clipped = norm > clipNorm ? mul(raw, clipNorm / norm) : raw
    const gradient = add(clipped, mul(this.#values, this.#decay))
    this.#velocity.assign(add(mul(this.#velocity, this.#momentum), gradient))
    this.#values.assign(sub(this.#values, mul(add(gradient, mul(this.#velocity, this.#momentum)), rate)))
    assignFlat(this.#variables, this.#values)
    return norm
  }

  dispose(): void {
    for (const own of [this.#values, this.#velocity, this.#decay]) own.dispose()
  }
}
