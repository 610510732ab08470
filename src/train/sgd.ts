import {
  add,
  concat,
  mul,
  type NamedTensorMap,
  reshape,
  slice,
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
 * Stochastic gradient descent with Nesterov momentum (Sutskever et al. 2013), as PyTorch formulates it. All parameters
 * are updated as one vector: a network has dozens of them, most so small that calling an operation costs more than it does.
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
    this.#values = tidy(() => variable(flat(variables), false))
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
    const raw = flat(this.#variables.map(v => gradients[v.name] ?? zerosLike(v)))
    const norm = sqrt(sum(square(raw))).dataSync()[0]!
    if (!Number.isFinite(norm)) return norm
    const clipped = norm > clipNorm ? mul(raw, clipNorm / norm) : raw
    const gradient = add(clipped, mul(this.#values, this.#decay))
    this.#velocity.assign(add(mul(this.#velocity, this.#momentum), gradient))
    this.#values.assign(sub(this.#values, mul(add(gradient, mul(this.#velocity, this.#momentum)), rate)))
    let offset = 0
    for (const v of this.#variables) {
      v.assign(reshape(slice(this.#values, [offset], [v.size]), v.shape))
      offset += v.size
    }
    return norm
  }

  dispose(): void {
    for (const own of [this.#values, this.#velocity, this.#decay]) own.dispose()
  }
}

function flat(tensors: readonly Tensor[]): Tensor {
  return concat(tensors.map(t => reshape(t, [-1])))
}
