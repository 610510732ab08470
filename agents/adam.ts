import {
  add,
  div,
  mul,
  type NamedTensorMap,
  sqrt,
  square,
  sub,
  tidy,
  type Variable,
  variable,
  zerosLike,
} from '../src/tensor/tf.js'

const BETA1 = 0.9
const BETA2 = 0.999
const EPSILON = 1e-8

/**
 * Adam (Kingma & Ba 2015, algorithm 1). Ours, because its whole state must be saved and come back bit for bit, and
 * TF.js's rebuilds the decay powers by another formula.
 */
export class Adam {
  readonly #variables: readonly Variable[]
  readonly #rate: number
  readonly #mean: readonly Variable[]
  readonly #square: readonly Variable[]
  steps = 0

  constructor(variables: readonly Variable[], rate: number) {
    this.#variables = variables
    this.#rate = rate
    this.#mean = variables.map(v => tidy(() => variable(zerosLike(v), false)))
    this.#square = variables.map(v => tidy(() => variable(zerosLike(v), false)))
  }

  /** Moments, first all means, then all squares. */
  get moments(): readonly Variable[] {
    return [...this.#mean, ...this.#square]
  }

  apply(gradients: NamedTensorMap): void {
    this.steps++
    const rate = (this.#rate * Math.sqrt(1 - BETA2 ** this.steps)) / (1 - BETA1 ** this.steps)
    tidy(() => {
      this.#variables.forEach((v, i) => {
        const gradient = gradients[v.name]
        const mean = this.#mean[i]
        const squares = this.#square[i]
        if (gradient === undefined || mean === undefined || squares === undefined) return
        mean.assign(add(mul(mean, BETA1), mul(gradient, 1 - BETA1)))
        squares.assign(add(mul(squares, BETA2), mul(square(gradient), 1 - BETA2)))
        v.assign(sub(v, mul(div(mean, add(sqrt(squares), EPSILON)), rate)))
      })
    })
  }
}
