import { floatAttribute, intAttribute, intsAttribute, stringAttribute } from '../../graph/attributes.js'
import { frontAxis } from '../../graph/axes.js'
import { cellPlaces, nearestCells, placingRule, type ResizedAxis } from '../../graph/ops/resize-cells.js'
import { elementCount } from '../../graph/tensor.js'
import { product } from '../gradients/product.js'
import { take } from '../gradients/take.js'
import { reshape, type Tensor, tensor } from '../tf.js'
import { placeOf } from '../value.js'
import { assertHoldable, cannotTrain, type Operator, type OperatorContext } from './operator.js'

/** Resize and Upsample, one axis after the other: by index where the nearest cell is taken, else by a product. */
export const resize: Operator = context => {
  const { node, opset } = context
  const value = context.value(0)
  const from = context.onnxShape(0)
  const mode = stringAttribute(node, 'mode', 'nearest')
  if (intAttribute(node, 'antialias', 0) === 1) throw cannotTrain(node, 'a Resize with antialiasing')
  const scales = scalesOf(context, from.length)
  const tensor = context.shape().reduce<Tensor>((x, to, axis) => {
    const along = { from: from[axis]!, to, scale: scales?.[axis] ?? to / from[axis]! }
    if (to === along.from && along.scale === 1) return x
    const at = cellPlaces(node, opset, along)
    if (at === undefined) throw cannotTrain(node, `a Resize by ${placingRule(node, opset)}`)
    const place = placeOf(value.layout, axis, from.length)
    if (mode === 'nearest') return take(x, nearestCells(node, opset, along, at), place)
    return mixed(x, weights(context, mode, along, at), place)
  }, value.tensor)
  return { ...value, tensor }
}

/** The factors that the node gives, by axis; undefined where it gives sizes. */
function scalesOf({ node, has, numbers }: OperatorContext, rank: number): readonly number[] | undefined {
  const index = node.op === 'Upsample' ? 1 : 2
  const given = has(index) ? numbers(index) : undefined
  if (given === undefined || given.length === 0) return undefined
  const axes = intsAttribute(
    node,
    'axes',
    given.map((_, axis) => axis),
  ).map(axis => frontAxis(axis, rank))
  return Array.from({ length: rank }, (_, axis) => given[axes.indexOf(axis)] ?? 1)
}

/** Shares of the old cells in each new one, [to, from]; shares beyond the edge go to the cell at the edge. */
function weights(
  { node }: OperatorContext,
  mode: string,
  { from, to }: ResizedAxis,
  at: readonly number[],
): Tensor {
  assertHoldable(node, to, from)
  const shares = new Float32Array(to * from)
  const exclude = intAttribute(node, 'exclude_outside', 0) === 1
  at.forEach((place, row) => {
    const first = Math.floor(place)
    const rest = place - first
    const taps = tapsOf(mode, rest, floatAttribute(node, 'cubic_coeff_a', -0.75))
    if (taps === undefined) throw cannotTrain(node, `a Resize of mode ${mode}`)
    const inside = taps.filter(([offset]) => !exclude || (first + offset >= 0 && first + offset < from))
    const whole = exclude ? inside.reduce((sum, [, share]) => sum + share, 0) : 1
    for (const [offset, share] of inside) {
      const cell = Math.min(Math.max(first + offset, 0), from - 1)
      shares[row * from + cell]! += share / whole
    }
  })
  return tensor(shares, [to, from])
}

/** Offsets from the cell at or before a place and their shares, by how far the place lies behind that cell. */
function tapsOf(mode: string, rest: number, a: number): readonly (readonly [number, number])[] | undefined {
  if (mode === 'linear') {
    return [
      [0, 1 - rest],
      [1, rest],
    ]
  }
  // Keys 1981, "Cubic convolution interpolation for digital image processing".
  const near = (d: number) => ((a + 2) * d - (a + 3)) * d * d + 1
  const far = (d: number) => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
  if (mode !== 'cubic') return undefined
  return [
    [-1, far(1 + rest)],
    [0, near(rest)],
    [1, near(1 - rest)],
    [2, far(2 - rest)],
  ]
}

/** A matrix times the cells of one axis. */
function mixed(x: Tensor, shares: Tensor, axis: number): Tensor {
  const [before, behind] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)]
  const [to = 1, from = 1] = shares.shape
  const rows = reshape(x, [elementCount(before), from, elementCount(behind)])
  return reshape(product(shares, rows, [shares]), [...before, to, ...behind])
}
