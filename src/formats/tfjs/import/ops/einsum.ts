import { GraphError } from '../../../../graph/types.js'
import { permute, reshaped } from '../../permute.js'
import type { Builder } from '../builder.js'
import { plain } from '../layout.js'
import { type Computed, type Constant, type Size, shapeOf, type Value } from '../value.js'
import { dense, matMul } from './dense.js'
import { reshape, transpose } from './shape.js'

/** The axes of two operands by what becomes of them, as letters. */
interface Roles {
  /** In both operands and in the result. */
  readonly batch: readonly string[]
  /** In both operands alone: the product sums over them. */
  readonly summed: readonly string[]
  readonly left: readonly string[]
  readonly right: readonly string[]
}

/**
 * A sum of products of two operands by TensorFlow's notation, such as Keras's attention, as a dense layer or a product of
 * matrices. @throws GraphError for other notations.
 */
export function einsum(b: Builder, equation: string, left: Value, right: Value): Computed {
  const [, l = '', r = '', out = ''] =
    /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]*)$/.exec(equation.replaceAll(' ', '')) ?? []
  const roles = rolesOf(l, r, out)
  if (roles === undefined || l.length !== shapeOf(left).length || r.length !== shapeOf(right).length)
    throw new GraphError(`the equation ${equation} is not supported`)
  const sizes = sizesOf(b, [l, left], [r, right])
  const made =
    right.kind === 'constant' && roles.batch.length === 0
      ? byKernel(b, [l, left], [r, right], roles)
      : byMatrices(b, [l, left], [r, right], roles, sizes)
  const order = [...roles.batch, ...roles.left, ...roles.right]
  const apart = reshape(
    b,
    made,
    order.map(letter => sizes.get(letter)!),
  )
  return transpose(
    b,
    apart,
    [...out].map(letter => order.indexOf(letter)),
  )
}

/** Undefined where a letter stands twice in one place, or an operand is summed alone. */
function rolesOf(left: string, right: string, out: string): Roles | undefined {
  const once = [left, right, out].every(letters => new Set(letters).size === letters.length)
  const [l, r] = [[...left], [...right]]
  const roles = {
    batch: l.filter(letter => right.includes(letter) && out.includes(letter)),
    summed: l.filter(letter => right.includes(letter) && !out.includes(letter)),
    left: l.filter(letter => !right.includes(letter)),
    right: r.filter(letter => !left.includes(letter)),
  }
  const kept = [...roles.batch, ...roles.left, ...roles.right].sort().join('')
  return once && out !== '' && kept === [...out].sort().join('') ? roles : undefined
}

type Operand = readonly [letters: string, value: Value]

function sizesOf(b: Builder, ...operands: readonly Operand[]): ReadonlyMap<string, Size> {
  const sizes = new Map<string, Size>()
  for (const [letters, value] of operands) {
    const { shape } = value.kind === 'computed' ? value : plain(b, value)
    for (const [axis, letter] of [...letters].entries()) {
      const [size, known] = [shape[axis] ?? null, sizes.get(letter) ?? null]
      if (size !== null && known !== null && size !== known)
        throw new GraphError(`axis ${letter} has ${known} places in one operand and ${size} in the other`)
      sizes.set(letter, size ?? known)
    }
  }
  return sizes
}

function product(sizes: readonly Size[]): number {
  return sizes.reduce<number>((all, size) => {
    if (size === null) throw new GraphError('a product over an axis whose size is not known')
    return all * size
  }, 1)
}

/** Letters moved into an order. */
function moved(b: Builder, [letters, value]: Operand, order: readonly string[]): Computed {
  const axes = order.map(letter => letters.indexOf(letter))
  return axes.every((axis, i) => axis === i) ? plain(b, value) : transpose(b, value, axes)
}

function byKernel(
  b: Builder,
  left: Operand,
  [letters, kernel]: readonly [string, Constant],
  roles: Roles,
): Computed {
  const x = moved(b, left, [...roles.left, ...roles.summed])
  const order = [...roles.summed, ...roles.right].map(letter => letters.indexOf(letter))
  const turned = permute(kernel.tensor, order)
  const depth = product(turned.shape.slice(0, roles.summed.length))
  const shape = [depth, product(turned.shape.slice(roles.summed.length))]
  const weight: Constant = {
    kind: 'constant',
    key: `${kernel.key}:einsum_${order.join('_')}`,
    tensor: reshaped(turned, shape),
  }
  return dense(b, reshape(b, x, [...x.shape.slice(0, roles.left.length), depth]), weight, undefined)
}

function byMatrices(
  b: Builder,
  left: Operand,
  right: Operand,
  roles: Roles,
  sizes: ReadonlyMap<string, Size>,
): Computed {
  const of = (names: readonly string[]) => names.map(letter => sizes.get(letter)!)
  const matrices = (operand: Operand, rows: readonly string[], columns: readonly string[]) =>
    reshape(b, moved(b, operand, [...roles.batch, ...rows, ...columns]), [
      ...of(roles.batch),
      rows.length === 1 ? of(rows)[0]! : product(of(rows)),
      columns.length === 1 ? of(columns)[0]! : product(of(columns)),
    ])
  return matMul(b, matrices(left, roles.left, roles.summed), matrices(right, roles.summed, roles.right), [
    false,
    false,
  ])
}
