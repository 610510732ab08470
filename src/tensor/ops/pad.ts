import { stringAttribute } from '../../graph/attributes.js'
import { padsOf } from '../../graph/ops/pad.js'
import { take } from '../gradients/take.js'
import { pad as padded, reshape, type Tensor } from '../tf.js'
import { placeOf } from '../value.js'
import { cannotTrain, type Operator, type OperatorContext } from './operator.js'

/** Cells before and behind each axis, one axis after the other; negative pads cut cells off. */
export const pad: Operator = context => {
  const { node } = context
  const value = context.value(0)
  const { rank } = value.tensor
  const pads = padsOf(node, rank, name => context.numbers(node.inputs.indexOf(name, 1)))
  if (pads?.length !== 2 * rank) throw cannotTrain(node, 'padding by computed numbers')
  const along = padding(context)
  const tensor = Array.from({ length: rank }, (_, axis) => axis).reduce<Tensor>((x, axis) => {
    const [before, behind] = [pads[axis]!, pads[axis + rank]!]
    return before === 0 && behind === 0 ? x : along(x, placeOf(value.layout, axis, rank), before, behind)
  }, value.tensor)
  return { ...value, tensor }
}

type Padding = (x: Tensor, axis: number, before: number, behind: number) => Tensor

function padding(context: OperatorContext): Padding {
  const mode = stringAttribute(context.node, 'mode', 'constant')
  switch (mode) {
    case 'constant': {
      const filling = fillOf(context)
      return (x, axis, before, behind) => filled(x, axis, before, behind, filling)
    }
    case 'edge':
      return repeated((at, size) => Math.min(Math.max(at, 0), size - 1))
    case 'wrap':
      return repeated((at, size) => ((at % size) + size) % size)
    case 'reflect':
      return repeated((at, size) => {
        const period = Math.max(1, 2 * (size - 1))
        const place = ((at % period) + period) % period
        return place < size ? place : period - place
      })
    default:
      throw cannotTrain(context.node, `padding of mode ${mode}`)
  }
}

/** What the new cells hold: an attribute before operator set 11, an input since. */
function fillOf(context: OperatorContext): number {
  const { value } = context.node.attributes
  if (!context.has(2)) return value?.kind === 'float' ? value.value : 0
  const [filling] = context.numbers(2) ?? []
  if (filling === undefined) throw cannotTrain(context.node, 'padding by a computed value')
  return filling
}

/** Cells of the old axis again, by where the new ones lie. */
function repeated(indexOf: (at: number, size: number) => number): Padding {
  return (x, axis, before, behind) => {
    const size = x.shape[axis]!
    const cells = Array.from({ length: before + size + behind }, (_, i) => indexOf(i - before, size))
    return take(x, cells, axis)
  }
}

function filled(x: Tensor, axis: number, before: number, behind: number, filling: number): Tensor {
  const [front, back] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const size = x.shape[axis]!
  const first = Math.max(0, -before)
  const last = size - Math.max(0, -behind)
  const cells = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i)
  const kept = cells.length === size ? x : take(x, cells, axis)
  const rows = reshape(kept, [count(front), cells.length, count(back)])
  const wider = padded(
    rows,
    [
      [0, 0],
      [Math.max(0, before), Math.max(0, behind)],
      [0, 0],
    ],
    filling,
  )
  return reshape(wider, [...front, wider.shape[1]!, ...back])
}

const count = (sizes: readonly number[]) => sizes.reduce((product, size) => product * size, 1)
