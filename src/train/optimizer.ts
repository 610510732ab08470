import { assignFlat, flatten } from '../tensor/flat.js'
import {
  mul,
  type NamedTensorMap,
  sqrt,
  square,
  sum,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variable,
  zerosLike,
} from '../tensor/tf.js'
import { adamw } from './adamw.js'
import type { FineTuneOptions } from './options.js'
import type { Rule } from './rule.js'
import type { Pace } from './schedule.js'
import { sgd } from './sgd.js'

/** What is optimised: a variable, and whether weight decay pulls at it. */
export interface Optimized {
  readonly variable: Variable
  readonly decays: boolean
}

/** Moves a network's parameters along their gradients. */
export interface Optimizer {
  /**
   * One step, unless the gradient is not finite; a gradient longer than `clipNorm` is shortened to it. Call it within
   * `tidy`.
   * @param gradients by the variables' names; one that is left out is zero
   * @returns the length of the whole gradient before it was shortened
   */
  apply(gradients: NamedTensorMap, pace: Pace, clipNorm: number): number
  dispose(): void
}

/** @param decay by element, the pull to zero: a vector as long as the parameters' */
type MakeRule = (decay: Tensor) => Rule

const rules: Readonly<Record<FineTuneOptions['optimizer'], MakeRule>> = { sgd, adamw }

export function createOptimizer(
  optimized: readonly Optimized[],
  { optimizer, weightDecay }: Pick<FineTuneOptions, 'optimizer' | 'weightDecay'>,
): Optimizer {
  const variables = optimized.map(({ variable: v }) => v)
  const decay = tensor(
    optimized.flatMap(({ variable: { size }, decays }) => Array(size).fill(decays ? weightDecay : 0)),
  )
  const values = tidy(() => variable(flatten(variables), false))
  const rule = rules[optimizer](decay)
  return {
    apply(gradients, pace, clipNorm) {
      const raw = flatten(variables.map(v => gradients[v.name] ?? zerosLike(v)))
      const norm = sqrt(sum(square(raw))).dataSync()[0]!
      if (!Number.isFinite(norm)) return norm
      values.assign(rule.move(values, norm > clipNorm ? mul(raw, clipNorm / norm) : raw, pace))
      assignFlat(variables, values)
      return norm
    },
    dispose() {
      for (const own of [values, decay, rule]) own.dispose()
    },
  }
}
