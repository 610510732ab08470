import { flatten } from '../tensor/flat.js'
import {
  add,
  mul,
  type NamedTensorMap,
  type Scalar,
  sum,
  type Tensor,
  variableGrads,
  zerosLike,
} from '../tensor/tf.js'
import { type Balance, learnUncertainty, uncertaintyWeights } from './balance.js'
import type { Learner } from './learner.js'
import { hintLoss, lossesOf, lossOf, type Wanted } from './loss.js'
import { minNorm } from './min-norm.js'
import type { FineTuneOptions } from './options.js'
import { pass } from './pass.js'
import type { Pace } from './schedule.js'

/** A batch as a network sees it, and the inner values that it is asked to show. */
export interface Seeing {
  readonly samples: Tensor
  readonly wanted: Wanted
  readonly maps: readonly string[]
}

/** The loss of a batch, all outputs by their weights, and the direction in which it is to be lowered. */
export interface Descent {
  readonly loss: number
  /** By the variables' names; one that is left out is zero. */
  readonly grads: NamedTensorMap
}

/** The gradient that a balance makes of the losses of several outputs. Call it within `tidy`. */
export function descend(
  student: Learner,
  seeing: Seeing,
  options: FineTuneOptions,
  pace: Pace,
  balance: Balance,
): Descent {
  const { samples, wanted, maps } = seeing
  const see = () => pass(student.executor, samples, student.batchNorm, maps)
  switch (balance.kind) {
    case 'weights': {
      const { value, grads } = variableGrads(() => lossOf(see(), wanted, options), student.variables)
      return { loss: value.dataSync()[0]!, grads }
    }
    case 'uncertainty': {
      const { logVariances } = balance
      const weights = uncertaintyWeights(logVariances, wanted.lessons)
      let losses: readonly number[] = []
      const { grads } = variableGrads(() => {
        const seen = see()
        const each = lossesOf(seen, wanted.lessons, options)
        losses = each.map(loss => loss.dataSync()[0]!)
        const hints = hintLoss(seen.maps, wanted.maps, options)
        const weighed = each.map((loss, i) => mul<Scalar>(loss, weights[i]!))
        return (hints === null ? weighed : [...weighed, hints]).reduce((all, loss) => add(all, loss))
      }, student.variables)
      const loss = losses.reduce((all, value) => all + value, 0)
      if (Number.isFinite(loss)) learnUncertainty(logVariances, wanted.lessons, losses, pace.rate)
      return { loss, grads }
    }
    case 'mgda': {
      const each = wanted.lessons.map((lesson, i) =>
        variableGrads(() => {
          const seen = see()
          const [own] = lossesOf(seen, [lesson], options)
          const hints = i === 0 ? hintLoss(seen.maps, wanted.maps, options) : null
          return hints === null ? own! : add<Scalar>(own!, hints)
        }, student.variables),
      )
      const loss = each.reduce((all, { value }) => all + value.dataSync()[0]!, 0)
      return { loss, grads: sharedGradient(each.map(({ grads }) => grads)) }
    }
  }
}

/**
 * One gradient of those of several outputs: what more than one of them reaches moves along their shortest shared one, what one
 * alone reaches along its own (Sener & Koltun 2018, algorithm 2).
 */
function sharedGradient(each: readonly NamedTensorMap[]): NamedTensorMap {
  const names = [...new Set(each.flatMap(grads => Object.keys(grads)))]
  const reached = (name: string) => each.filter(grads => grads[name] !== undefined).length
  const shared = names.filter(name => reached(name) > 1)
  const [first] = shared
  const flat =
    first === undefined
      ? []
      : each.map(grads => {
          const like = (name: string) => each.find(other => other[name] !== undefined)![name]!
          return flatten(shared.map(name => grads[name] ?? zerosLike(like(name))))
        })
  const shares = minNorm(flat.map(a => flat.map(b => sum(mul(a, b)).dataSync()[0]!)))
  const joined = names.map(name => {
    const parts = each.flatMap((grads, i) => {
      const gradient = grads[name]
      if (gradient === undefined) return []
      return [reached(name) > 1 ? mul(gradient, shares[i]!) : gradient]
    })
    return [name, parts.reduce((all, part) => add(all, part))] as const
  })
  return Object.fromEntries(joined)
}
