import { type Integers, integersOf } from './integers.js'
import type { Shapes } from './ops/op.js'
import { opOf } from './ops/registry.js'
import { assertPlausible } from './plausible.js'
import { toNumbers } from './tensor.js'
import { type Graph, GraphError, type Node, type Tensor } from './types.js'

/** What is known of a graph's values before it runs. */
export interface Inferred {
  /** Shapes at batch 1, or at the batch that the model fixes, by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** Values whose shape neither a rule nor an observation tells. */
  readonly unknown: ReadonlySet<string>
  /** Values whose shape an observation alone tells. */
  readonly seen: ReadonlySet<string>
  /** Numbers of constants and of the shapes that the model computes. */
  integers(name: string): Integers | undefined
}

/**
 * Shapes of all values, by name. A dynamic first axis counts as 1; any other dynamic axis takes its size from
 * `inputShapes` (whole shapes, by graph input). What an operator that is not understood makes has the shape that was
 * observed, or is unknown, and so is what is made of it.
 * @throws GraphError for shapes that do not fit.
 */
export function infer(graph: Graph, inputShapes: Readonly<Record<string, readonly number[]>> = {}): Inferred {
  const known = inputShapesOf(graph, inputShapes)
  const unknown = new Set<string>()
  const seen = new Set<string>()
  const numbers = new Map<string, Integers>()
  for (const [name, tensor] of graph.initializers) {
    const found = constantIntegers(name, tensor)
    if (found !== undefined) numbers.set(name, found)
  }
  const integers = (name: string) => numbers.get(name)
  const shapes = shapesView(graph, { shapes: known, integers })
  const made = (node: Node) => {
    if (node.inputs.some(name => unknown.has(name))) return undefined
    const found = integersOf(node, {
      shape: index => shapes.of(node.inputs[index] ?? ''),
      integers: index => integers(node.inputs[index] ?? ''),
    })
    if (found !== undefined) numbers.set(node.outputs[0] ?? '', found)
    const op = opOf(node)
    return op === undefined ? found && [[found.length]] : op.shapes(node, shapes)
  }
  for (const node of graph.nodes) {
    const found = made(node)
    for (const [i, name] of node.outputs.entries()) {
      const shape = found?.[i] ?? graph.observed?.get(name)
      if (shape === undefined) {
        if (name !== '') unknown.add(name)
        continue
      }
      if (found?.[i] === undefined) seen.add(name)
      assertPlausible(shape, `node ${node.id} (${node.op})`)
      known.set(name, shape)
    }
  }
  return { shapes: known, unknown, seen, integers }
}

/** What operators may ask of a graph whose values are known so far. */
export function shapesView(
  graph: Graph,
  { shapes: known, integers }: Pick<Inferred, 'shapes' | 'integers'>,
): Shapes {
  return {
    constant: name => graph.initializers.get(name),
    integers,
    of(name) {
      const shape = graph.initializers.get(name)?.shape ?? known.get(name)
      if (shape === undefined) throw new GraphError(`the shape of ${name} is not known`)
      return shape
    },
  }
}

/** The shapes of `infer` alone. */
export function inferShapes(
  graph: Graph,
  inputShapes: Readonly<Record<string, readonly number[]>> = {},
): ReadonlyMap<string, readonly number[]> {
  return infer(graph, inputShapes).shapes
}

function inputShapesOf(
  graph: Graph,
  inputShapes: Readonly<Record<string, readonly number[]>>,
): Map<string, readonly number[]> {
  return new Map(
    graph.inputs.map(input => {
      const given = inputShapes[input.name]
      const shape = input.shape.map((dim, axis) => {
        const size = given?.[axis] ?? (axis === 0 && typeof dim === 'string' ? 1 : dim)
        if (typeof size !== 'number')
          throw new GraphError(`input ${input.name}: the size of axis ${axis} (${dim}) is not known`)
        return size
      })
      assertPlausible(shape, `input ${input.name}`)
      return [input.name, shape] as const
    }),
  )
}

/** Longer constants are indices of data, not shapes. */
const MAX_SHAPE = 64

function constantIntegers(name: string, tensor: Tensor): Integers | undefined {
  const whole = tensor.dtype === 'int64' || tensor.dtype === 'int32'
  if (!whole || tensor.data.length > MAX_SHAPE) return undefined
  return toNumbers(tensor).map((value, element) => ({
    value,
    origin: { kind: 'literal', tensor: name, element },
  }))
}
