import { intAttribute } from './attributes.js'
import type { Node } from './types.js'

/** Numbers of a value that is known before the model runs, such as a shape that it computes. */
export type Integers = readonly number[]

/** What the rules may ask of a node's inputs: the shape of one, and its numbers where they are known. */
export interface KnownInputs {
  shape(index: number): readonly number[]
  integers(index: number): Integers | undefined
}

type Rule = (node: Node, inputs: KnownInputs) => Integers | undefined

const same: Rule = (_, inputs) => inputs.integers(0)

function pairwise(f: (a: number, b: number) => number): Rule {
  return (_, inputs) => {
    const [a, b] = [inputs.integers(0), inputs.integers(1)]
    if (a === undefined || b === undefined) return undefined
    if (a.length === b.length) return a.map((x, i) => f(x, b[i]!))
    if (b.length === 1) return a.map(x => f(x, b[0]!))
    return a.length === 1 ? b.map(y => f(a[0]!, y)) : undefined
  }
}

/**
 * The arithmetic that exporters do on shapes, on flat lists: Shape -> Gather -> Unsqueeze -> Concat -> Reshape. Sizes are
 * those at batch 1.
 */
const rules = new Map<string, Rule>(
  Object.entries<Rule>({
    Shape(node, inputs) {
      const shape = inputs.shape(0)
      return shape.slice(intAttribute(node, 'start', 0), intAttribute(node, 'end', shape.length))
    },
    Gather(_, inputs) {
      const [from, at] = [inputs.integers(0), inputs.integers(1)]
      if (from === undefined || at === undefined || inputs.shape(0).length > 1) return undefined
      return at.map(index => from.at(index) ?? Number.NaN)
    },
    Slice(_, inputs) {
      const [from, starts, ends] = [inputs.integers(0), inputs.integers(1), inputs.integers(2)]
      const steps = inputs.integers(4) ?? [1]
      if (from === undefined || starts?.length !== 1 || ends?.length !== 1 || steps[0] !== 1) return undefined
      return from.slice(starts[0], ends[0])
    },
    Concat(node, inputs) {
      const parts = node.inputs.map((_, i) => inputs.integers(i))
      return parts.every(part => part !== undefined) ? parts.flat() : undefined
    },
    Unsqueeze: same,
    Squeeze: same,
    Cast: same,
    Identity: same,
    Add: pairwise((a, b) => a + b),
    Sub: pairwise((a, b) => a - b),
    Mul: pairwise((a, b) => a * b),
    Div: pairwise((a, b) => Math.trunc(a / b)),
  }),
)

/** The numbers that a node makes, or undefined where they are not known before the model runs. */
export function integersOf(node: Node, inputs: KnownInputs): Integers | undefined {
  const found = node.domain === '' ? rules.get(node.op)?.(node, inputs) : undefined
  return found?.every(Number.isSafeInteger) ? found : undefined
}
