import { assignFlat, flatten } from '../tensor/flat.js'
import {
  add,
  maximum,
  mul,
  type NamedTensorMap,
  sign,
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

/** What is optimised: a variable, and whether weight decay pulls at it, or the L1 penalty of scales. */
export interface Optimized {
  readonly variable: Variable
  readonly decays: boolean
  readonly isScale: boolean
  /** Null where it moves as all others do. */
  readonly tuning?: Tuning | null
}

/** How a parameter moves that is of another kind than weights are; a number each element, in order. */
export interface Tuning {
  /** What its gradient is multiplied by. */
  readonly gradient: Float32Array
  /** What AdamW's steps, which know no size of the gradient, are multiplied by. */
  readonly reach: Float32Array
  /** What it never falls below. */
  readonly least: Float32Array
}

/** Moves a network's parameters along their gradients. */
export interface Optimizer {
  /** Length of the whole gradient, by the variables' names; one that is left out is zero. Call it within `tidy`. */
  norm(gradients: NamedTensorMap): number
  /**
   * One step, unless the gradient is not finite; a gradient, tuned, that is longer than `clipNorm` is shortened to it. Call it within
   * `tidy`.
   * @param gradients by the variables' names; one that is left out is zero
   * @returns the length of the whole gradient, tuned, before it was shortened
   */
  apply(gradients: NamedTensorMap, pace: Pace, clipNorm: number): number
  /**
   * Makes parameters zero from now on.
   * @param kept 1 or 0 an element of all variables, in their order
   */
  freezeZeros(kept: Float32Array): void
  dispose(): void
}

/**
 * @param decay by element, the pull to zero: a vector as long as the parameters'
 * @param reach by element, what a step whose length is the rate's own is multiplied by; null for 1
 */
type MakeRule = (decay: Tensor, reach: Tensor | null) => Rule

const rules: Readonly<Record<FineTuneOptions['optimizer'], MakeRule>> = { sgd, adamw }

export function createOptimizer(
  optimized: readonly Optimized[],
  { optimizer, weightDecay, scaleL1 }: Pick<FineTuneOptions, 'optimizer' | 'weightDecay' | 'scaleL1'>,
): Optimizer {
  const variables = optimized.map(({ variable: v }) => v)
  const byElement = (of: (one: Optimized) => number | Float32Array) => tensor(elements(optimized, of))
  const isTuned = optimized.some(({ tuning }) => tuning != null)
  const tuned = (part: keyof Tuning, otherwise: number) =>
    isTuned ? byElement(({ tuning }) => tuning?.[part] ?? otherwise) : null
  const [factor, reach] = [tuned('gradient', 1), tuned('reach', 1)]
  const least = tuned('least', Number.NEGATIVE_INFINITY)
  const decay = byElement(({ decays }) => (decays ? weightDecay : 0))
  const penalty = scaleL1 === 0 ? null : byElement(({ isScale }) => (isScale ? scaleL1 : 0))
  let kept: Tensor | null = null
  const values = tidy(() => variable(flatten(variables), false))
  const rule = rules[optimizer](decay, reach)
  const flat = (gradients: NamedTensorMap) => {
    const raw = flatten(variables.map(v => gradients[v.name] ?? zerosLike(v)))
    return factor === null ? raw : mul(raw, factor)
  }
  return {
    norm: gradients => lengthOf(flat(gradients)),
    apply(gradients, pace, clipNorm) {
      const raw = flat(gradients)
      const norm = lengthOf(raw)
      if (!Number.isFinite(norm)) return norm
      const clipped = norm > clipNorm ? mul(raw, clipNorm / norm) : raw
      const gradient = penalty === null ? clipped : add(clipped, mul(penalty, sign(values)))
      const moved = rule.move(values, gradient, pace)
      const held = least === null ? moved : maximum(moved, least)
      values.assign(kept === null ? held : mul(held, kept))
      assignFlat(variables, values)
      return norm
    },
    freezeZeros(elements) {
      kept?.dispose()
      kept = tensor(elements)
      tidy(() => {
        values.assign(mul(values, kept!))
        assignFlat(variables, values)
      })
    },
    dispose() {
      for (const own of [values, decay, penalty, kept, factor, reach, least, rule]) own?.dispose()
    },
  }
}

function lengthOf(vector: Tensor): number {
  return sqrt(sum(square(vector))).dataSync()[0]!
}

/** A number of each variable, once for each of its elements, or one for each. */
function elements(
  optimized: readonly Optimized[],
  of: (one: Optimized) => number | Float32Array,
): Float32Array {
  const all = new Float32Array(optimized.reduce((sum, { variable: v }) => sum + v.size, 0))
  optimized.reduce((offset, one) => {
    const end = offset + one.variable.size
    const found = of(one)
    if (typeof found === 'number') all.fill(found, offset, end)
    else all.set(found, offset)
    return end
  }, 0)
  return all
}
