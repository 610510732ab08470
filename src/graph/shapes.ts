import { type Integers, integersOf } from './integers.js'
import { opOf } from './ops/registry.js'
import { assertPlausible } from './plausible.js'
import { toNumbers } from './tensor.js'
import { type Graph, GraphError, type Tensor } from './types.js'

/** What is known of a graph's values before it runs. */
export interface Inferred {
  /** Shapes at batch 1, by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** Numbers of constants and of the shapes that the model computes. */
  integers(name: string): Integers | undefined
}

/**
 * Shapes of all values at batch 1, by name. A dynamic first axis counts as 1; any other dynamic axis takes its size from
 * `inputShapes` (whole shapes, by graph input).
 * @throws GraphError for an operator that is not understood or shapes that do not fit.
 */
export function infer(graph: Graph, inputShapes: Readonly<Record<string, readonly number[]>> = {}): Inferred {
  const known = inputShapesOf(graph, inputShapes)
  const computed = new Map<string, Integers>()
  const integers = (name: string) => computed.get(name) ?? constantIntegers(graph.initializers.get(name))
  const shapes = {
    constant: (name: string) => graph.initializers.get(name),
    integers,
    of(name: string): readonly number[] {
      const shape = graph.initializers.get(name)?.shape ?? known.get(name)
      if (shape === undefined) throw new GraphError(`the shape of ${name} is not known`)
      return shape
    },
  }
  for (const node of graph.nodes) {
    const op = opOf(node)
    const found = integersOf(node, {
      shape: index => shapes.of(node.inputs[index] ?? ''),
      integers: index => integers(node.inputs[index] ?? ''),
    })
    if (found !== undefined) computed.set(node.outputs[0] ?? '', found)
    if (op === undefined && found === undefined)
      throw new GraphError(
        `node ${node.id}: operator ${node.domain}${node.domain && '.'}${node.op} is not supported`,
      )
    const outputs = op === undefined ? [[found?.length ?? 0]] : op.shapes(node, shapes)
    for (const [i, shape] of outputs.entries()) {
      assertPlausible(shape, `node ${node.id} (${node.op})`)
      known.set(node.outputs[i] ?? '', shape)
    }
  }
  return { shapes: known, integers }
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
        const size = given?.[axis] ?? (axis === 0 ? 1 : dim)
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

function constantIntegers(tensor: Tensor | undefined): Integers | undefined {
  const whole = tensor?.dtype === 'int64' || tensor?.dtype === 'int32'
  return tensor !== undefined && whole && tensor.data.length <= MAX_SHAPE ? toNumbers(tensor) : undefined
}
