import { assignFlat, flatten } from '../src/tensor/flat.js'
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
  readonly #mean: Variable
  readonly #square: Variable
  steps = 0

  constructor(variables: readonly Variable[], rate: number) {
    this.#variables = variables
    this.#rate = rate
    const zeros = () => tidy(() => variable(zerosLike(flatten(variables)), false))
    this.#mean = zeros()
    this.#square = zeros()
  }

  /** Running mean of the gradient and of its square, each one vector over all variables. */
  get moments(): readonly Variable[] {
    return [this.#mean, this.#square]
  }

  apply(gradients: NamedTensorMap): void {
    this.steps++
    const rate = (this.#rate * Math.sqrt(1 - BETA2 ** this.steps)) / (1 - BETA1 ** this.steps)
    tidy(() => {
      const gradient = flatten(this.#variables.map(v => gradients[v.name] ?? zerosLike(v)))
      this.#mean.assign(add(mul(this.#mean, BETA1), mul(gradient, 1 - BETA1)))
      this.#square.assign(add(mul(this.#square, BETA2), mul(square(gradient), 1 - BETA2)))
      const step = mul(div(this.#mean, add(sqrt(this.#square), EPSILON)), rate)
      assignFlat(this.#variables, sub(flatten(this.#variables), step))
    })
  }
}
