import { add, mul, slice, split, sub, type Tensor, type Tensor2D } from '../tf.js'
import { addBias, dense } from './dense.js'

/** What a state is multiplied by for all gates, [hidden, gates * hidden], and what is added. */
export interface Recurrence {
  readonly matrix: Tensor2D
  readonly bias: Tensor
}

/** A function of each element. */
type Activation = (x: Tensor) => Tensor

/** One step of a recurrent layer. */
export interface Cell {
  /** How many parts its state has; the first is what the layer tells. */
  readonly states: number
  /** @param gates what the input adds to all gates, [n, gates * hidden] */
  step(gates: Tensor, state: readonly Tensor[], recurrence: Recurrence): readonly Tensor[]
}

function recur(h: Tensor, { matrix, bias }: Recurrence): Tensor {
  return addBias(dense(h as Tensor2D, matrix), bias)
}

export function rnnCell(activation: Activation): Cell {
  return { states: 1, step: (gates, [h], recurrence) => [activation(add(gates, recur(h!, recurrence)))] }
}

/** Hochreiter & Schmidhuber 1997, with a gate that forgets; gates in the order input, output, forget, cell. */
export function lstmCell(gate: Activation, candidates: Activation, told: Activation): Cell {
  return {
    states: 2,
    step(gates, [h, cells], recurrence) {
      const [input, output, forget, candidate] = split(add(gates, recur(h!, recurrence)), 4, 1) as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ]
      const next = add(mul(gate(forget), cells!), mul(gate(input), candidates(candidate)))
      return [mul(gate(output), told(next)), next]
    },
  }
}

/** Cho et al. 2014; gates in the order update, reset, hidden. The reset comes behind the product or before it. */
export function gruCell(linearBeforeReset: boolean, gate: Activation, candidates: Activation): Cell {
  return {
    states: 1,
    step(gates, [h], recurrence) {
      const hidden = h!.shape[1]!
      const [update, reset, candidate] = split(gates, 3, 1) as [Tensor, Tensor, Tensor]
      const of = (first: number, count: number): Recurrence => ({
        matrix: slice(recurrence.matrix, [0, first * hidden], [hidden, count * hidden]),
        bias: slice(recurrence.bias, [first * hidden], [count * hidden]),
      })
      const [z, r] = split(recur(h!, of(0, 2)), 2, 1) as [Tensor, Tensor]
      const open = gate(add(reset, r))
      const past = linearBeforeReset ? mul(open, recur(h!, of(2, 1))) : recur(mul(open, h!), of(2, 1))
      const kept = gate(add(update, z))
      const next = candidates(add(candidate, past))
      return [add(next, mul(kept, sub(h!, next)))]
    },
  }
}
