import { intsAttribute } from '../../graph/attributes.js'
import { windowPadding } from '../../graph/ops/window.js'
import type { Node } from '../../graph/types.js'
import type { Window } from '../gradients/window.js'
import { reshape, type Tensor, type Tensor4D } from '../tf.js'
import { channelsLast, type Value } from '../value.js'
import { cannotTrain, type OperatorContext } from './operator.js'

type Pair = readonly [number, number]

/** A map of one or two spatial axes as [n, h, w, c]; of one, h is 1. */
export function as2D({ node }: Pick<OperatorContext, 'node'>, x: Tensor): Tensor4D {
  if (x.rank === 4) return x as Tensor4D
  const [n = 1, length = 1, c = 1] = x.shape
  if (x.rank !== 3) throw cannotTrain(node, `a map of ${x.rank - 2} spatial axes`)
  return reshape(x, [n, 1, length, c])
}

/** What was made of such a map, with as many axes as the node's input. */
export function fromMap(y: Tensor4D, rank: number): Value {
  const [n, , length, c] = y.shape
  return channelsLast(rank === 3 ? reshape(y, [n, length, c]) : y)
}

/** Numbers by spatial axis as (rows, columns). */
export function pairOf(values: readonly number[], single: number): Pair {
  const [first = single, second] = values
  return second === undefined ? [single, first] : [first, second]
}

/** A node's window over an input of the given spatial sizes: what it pads in front and what it reads behind. */
export function windowOf(node: Node, spatial: readonly number[], kernel: readonly number[]): Window {
  const ones = spatial.map(() => 1)
  const padding = windowPadding(node, spatial, kernel)
  const [top, left] = pairOf(
    padding.map(([before]) => before),
    0,
  )
  const [bottom, right] = pairOf(
    padding.map(([, behind]) => behind),
    0,
  )
  return {
    top,
    left,
    bottom,
    right,
    strides: pairOf(intsAttribute(node, 'strides', ones), 1),
    dilations: pairOf(intsAttribute(node, 'dilations', ones), 1),
  }
}
