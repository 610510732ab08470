import { intAttribute } from './attributes.js'
import type { Node } from './types.js'

/** Where a number that is known before the model runs comes from. */
export type Origin =
  /** Written into a constant. */
  | { readonly kind: 'literal'; readonly tensor: string; readonly element: number }
  /** The length of an axis of a value, which the model reads when it runs. */
  | { readonly kind: 'size'; readonly of: string; readonly axis: number }
  /** Arithmetic on others. */
  | { readonly kind: 'computed'; readonly from: readonly Origin[] }

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

const same: Rule = (_, inputs) => inputs.integers(0)

function pairwise(f: (a: number, b: number) => number): Rule {
  const pair = (a: Integer, b: Integer): Integer => ({
    value: f(a.value, b.value),
    origin: { kind: 'computed', from: [a.origin, b.origin] },
  })
  return (_, inputs) => {
    const [a, b] = [inputs.integers(0), inputs.integers(1)]
    if (a === undefined || b === undefined) return undefined
    if (a.length === b.length) return a.map((x, i) => pair(x, b[i]!))
    if (b.length === 1) return a.map(x => pair(x, b[0]!))
    return a.length === 1 ? b.map(y => pair(a[0]!, y)) : undefined
  }
}

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
      return parts.every(part => part !== undefined) ? parts.flat() : undefined
    },
  ],
  ['Unsqueeze', same],
  ['Squeeze', same],
  ['Cast', same],
  ['Identity', same],
  ['Add', pairwise((a, b) => a + b)],
  ['Sub', pairwise((a, b) => a - b)],
  ['Mul', pairwise((a, b) => a * b)],
  ['Div', pairwise((a, b) => Math.trunc(a / b))],
])

/** The numbers that a node makes, or undefined where they are not known before the model runs. */
export function integersOf(node: Node, inputs: KnownInputs): Integers | undefined {
  const found = node.domain === '' ? rules.get(node.op)?.(node, inputs) : undefined
  return found?.every(({ value }) => Number.isSafeInteger(value)) ? found : undefined
}

/** The numbers alone. */
export function valuesOf(integers: Integers): number[] {
  return integers.map(({ value }) => value)
}

/** The sizes of values that a number depends on. */
export function sizesRead(origin: Origin): readonly (Origin & { readonly kind: 'size' })[] {
  switch (origin.kind) {
    case 'literal':
      return []
    case 'size':
      return [origin]
    case 'computed':
      return origin.from.flatMap(sizesRead)
  }
}
