import { intAttribute } from './attributes.js'
import type { Node } from './types.js'

/** Where a number that is known before the model runs comes from. */
export type Origin =
  /** Written into a constant. */
  | { readonly kind: 'literal'; readonly tensor: string; readonly element: number }
  /** The length of an axis of a value, which the model reads when it runs. */
  | { readonly kind: 'size'; readonly of: string; readonly axis: number }
  /** Made of others by an operator. */
  | {
      readonly kind: 'computed'
      readonly op: string
      readonly from: readonly Integer[]
      /** Operators on the longest way here. */
      readonly depth: number
    }

export interface Integer {
  readonly value: number
  readonly origin: Origin
}

/** Numbers of a value that is known before the model runs, such as a shape that it computes. */
export type Integers = readonly Integer[]

/** What the rules may ask of a node's inputs: the shape of one, and its numbers where they are known. */
export interface KnownInputs {
  shape(index: number): readonly number[]
  integers(index: number): Integers | undefined
}

type Rule = (node: Node, inputs: KnownInputs) => Integers | undefined

/** Codes of the element types that hold whole numbers as they are: int32, int64. */
const wholeTypes = new Set([6, 7])
const BOOL = 9

const same: Rule = (_, inputs) => inputs.integers(0)

function combine(op: string, value: number, from: readonly Integer[]): Integer {
  const depth = 1 + from.reduce((most, { origin }) => Math.max(most, depthOf(origin)), 0)
  return { value, origin: { kind: 'computed', op, from, depth } }
}

function depthOf(origin: Origin): number {
  return origin.kind === 'computed' ? origin.depth : 0
}

/** The element that stands opposite an index when lists of one element are broadcast. */
function opposite(list: Integers, index: number): Integer {
  return list.length === 1 ? list[0]! : list[index]!
}

/** One result for each place of several lists, of which those of one element are broadcast. */
function elementwise(f: (op: string, parts: readonly Integer[]) => Integer): Rule {
  return (node, inputs) => {
    const lists = node.inputs.map((_, i) => inputs.integers(i)).filter(list => list !== undefined)
    const length = Math.max(...lists.map(list => list.length))
    const fits = lists.length === node.inputs.length && lists.every(list => [1, length].includes(list.length))
    if (!fits) return undefined
    return Array.from({ length }, (_, i) =>
      f(
        node.op,
        lists.map(list => opposite(list, i)),
      ),
    )
  }
}

function pairwise(f: (a: number, b: number) => number): Rule {
  const each = elementwise((op, parts) => {
    const [a = 0, b = 0] = parts.map(({ value }) => value)
    return combine(op, f(a, b), parts)
  })
  return (node, inputs) => (node.inputs.length === 2 ? each(node, inputs) : undefined)
}

/** Longer lists are no shapes. */
const LONGEST = 64

/** No exporter works out a size in more steps, and whoever follows them back would not come to an end. */
const DEEPEST = 64

/** A single number given by value, such as a bound of a Slice. */
function single(integers: Integers | undefined): number | undefined {
  return integers?.length === 1 ? integers[0]!.value : undefined
}

/**
 * The arithmetic that exporters do on shapes, on flat lists: Shape -> Gather -> Unsqueeze -> Concat -> Reshape. Sizes are
 * those at batch 1.
 */
const rules = new Map<string, Rule>([
  [
    'Shape',
    (node, inputs) => {
      const sizes = inputs.shape(0).map((value, axis): Integer => {
        return { value, origin: { kind: 'size', of: node.inputs[0] ?? '', axis } }
      })
      return sizes.slice(intAttribute(node, 'start', 0), intAttribute(node, 'end', sizes.length))
    },
  ],
  [
    'Gather',
    (_, inputs) => {
      const [from, at] = [inputs.integers(0), inputs.integers(1)]
      if (from === undefined || at === undefined || inputs.shape(0).length > 1) return undefined
      const picked = at.flatMap(({ value }) => from.at(value) ?? [])
      return picked.length === at.length ? picked : undefined
    },
  ],
  [
    'Slice',
    (_, inputs) => {
      const from = inputs.integers(0)
      const [start, end] = [single(inputs.integers(1)), single(inputs.integers(2))]
      const step = single(inputs.integers(4)) ?? 1
      if (from === undefined || start === undefined || end === undefined || step !== 1) return undefined
      return from.slice(start, end)
    },
  ],
  [
    'Concat',
    (node, inputs) => {
      const parts = node.inputs.map((_, i) => inputs.integers(i))
      const length = parts.reduce((sum, part) => sum + (part?.length ?? Infinity), 0)
      return length > LONGEST ? undefined : parts.flatMap(part => part ?? [])
    },
  ],
  [
    'ConstantOfShape',
    (node, inputs) => {
      const sizes = inputs.integers(0)
      const length = sizes?.reduce((product, { value }) => product * value, 1) ?? 0
      const { value } = node.attributes
      const fill =
        value?.kind === 'tensor' && value.value.dtype === 'int64' ? Number(value.value.data[0]) : undefined
      if (sizes === undefined || fill === undefined || length > LONGEST) return undefined
      return Array.from({ length }, () => combine(node.op, fill, sizes))
    },
  ],
  [
    'Where',
    elementwise((op, [condition, yes, no]) => {
      const picked = condition!.value !== 0 ? yes! : no!
      return sizesRead(condition!.origin).length === 0
        ? picked
        : combine(op, picked.value, [condition!, picked])
    }),
  ],
  [
    'ReduceProd',
    (_, inputs) => {
      const factors = inputs.integers(0)
      if (factors === undefined || inputs.shape(0).length !== 1) return undefined
      const [first, ...rest] = factors
      const one: Integer = first ?? combine('Mul', 1, [])
      return [
        rest.reduce(
          (product, factor) => combine('Mul', product.value * factor.value, [product, factor]),
          one,
        ),
      ]
    },
  ],
  ['Unsqueeze', same],
  ['Reshape', same],
  ['Squeeze', same],
  [
    'Cast',
    (node, inputs) => {
      const to = intAttribute(node, 'to', 0)
      const from = inputs.integers(0)
      const truths = from?.every(({ value }) => value === 0 || value === 1) === true
      return wholeTypes.has(to) || (to === BOOL && truths) ? from : undefined
    },
  ],
  ['Identity', same],
  ['Add', pairwise((a, b) => a + b)],
  ['Sub', pairwise((a, b) => a - b)],
  ['Mul', pairwise((a, b) => a * b)],
  ['Div', pairwise((a, b) => Math.trunc(a / b))],
  ['Mod', pairwise((a, b) => a - b * Math.floor(a / b))],
  ['Min', pairwise(Math.min)],
  ['Max', pairwise(Math.max)],
  ['Equal', pairwise((a, b) => Number(a === b))],
  ['Less', pairwise((a, b) => Number(a < b))],
  ['Greater', pairwise((a, b) => Number(a > b))],
])

/** Operators that keep the elements of any shape in their order, or read nothing but a shape. */
const anyRank = new Set(['Shape', 'Reshape', 'Squeeze', 'Unsqueeze', 'Cast', 'Identity'])

/** The numbers that a node makes, or undefined where they are not known before the model runs. */
export function integersOf(node: Node, inputs: KnownInputs): Integers | undefined {
  const rule = node.domain === '' ? rules.get(node.op) : undefined
  const flat = () => node.inputs.every((name, i) => name === '' || inputs.shape(i).length <= 1)
  if (rule === undefined || !(anyRank.has(node.op) || flat())) return undefined
  const found = rule(node, inputs)
  const known = ({ value, origin }: Integer) => Number.isSafeInteger(value) && depthOf(origin) <= DEEPEST
  return found !== undefined && found.length <= LONGEST && found.every(known) ? found : undefined
}

/** The numbers alone. */
export function valuesOf(integers: Integers): number[] {
  return integers.map(({ value }) => value)
}

type OriginOf<Kind extends Origin['kind']> = Origin & { readonly kind: Kind }

/** The sizes of values that a number depends on. */
export function sizesRead(origin: Origin): readonly OriginOf<'size'>[] {
  return leavesOf(origin).filter(leaf => leaf.kind === 'size')
}

/** The numbers of constants that a number depends on. */
export function literalsRead(origin: Origin): readonly OriginOf<'literal'>[] {
  return leavesOf(origin).filter(leaf => leaf.kind === 'literal')
}

/** What a number is made of in the end. Each part is looked at once: a number may take part in another many times over. */
function leavesOf(origin: Origin): Exclude<Origin, OriginOf<'computed'>>[] {
  const leaves: Exclude<Origin, OriginOf<'computed'>>[] = []
  const seen = new Set([origin])
  for (const at of seen) {
    if (at.kind === 'computed') for (const part of at.from) seen.add(part.origin)
    else leaves.push(at)
  }
  return leaves
}
