import {
  add,
  concat,
  mul,
  type NamedTensorMap,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  tidy,
  type Variable,
  variable,
  zerosLike,
} from '../tensor/tf.js'

/** Rank from which a parameter is a weight and not a scale or a bias. */
const WEIGHT_RANK = 2

/** Stochastic gradient descent with Nesterov momentum (Sutskever et al. 2013), as PyTorch formulates it. */
export class Sgd {
  readonly #variables: readonly Variable[]
  readonly #momentum: number
  readonly #weightDecay: number
  readonly #velocities: readonly Variable[]

  constructor(variables: readonly Variable[], momentum: number, weightDecay: number) {
    this.#variables = variables
    this.#momentum = momentum
    this.#weightDecay = weightDecay
    this.#velocities = variables.map(v => tidy(() => variable(zerosLike(v), false)))
  }

  /** One step; gradients longer than `clipNorm` in all are shortened to it. Call it within `tidy`. */
  apply(gradients: NamedTensorMap, rate: number, clipNorm: number): void {
    const scale = clipScale(Object.values(gradients), clipNorm)
    this.#variables.forEach((v, i) => {
      const raw = gradients[v.name]
      const velocity = this.#velocities[i]
      if (raw === undefined || velocity === undefined) return
      const clipped = scale < 1 ? mul(raw, scale) : raw
      const gradient = v.rank >= WEIGHT_RANK ? add(clipped, mul(v, this.#weightDecay)) : clipped
      velocity.assign(add(mul(velocity, this.#momentum), gradient))
      v.assign(sub(v, mul(add(gradient, mul(velocity, this.#momentum)), rate)))
    })
  }

  dispose(): void {
    for (const velocity of this.#velocities) velocity.dispose()
  }
}

function clipScale(gradients: readonly NamedTensorMap[string][], clipNorm: number): number {
  const squares = concat(gradients.map(gradient => reshape(sum(square(gradient)), [1])))
  const norm = sqrt(sum(squares)).dataSync()[0]!
  return norm > clipNorm ? clipNorm / norm : 1
}
