import { opOf } from './ops/registry.js'
import { type Graph, GraphError } from './types.js'

/**
 * Shapes of all values at batch 1, by name. A dynamic first axis counts as 1; any other dynamic axis takes its size from
 * `inputShapes` (whole shapes, by graph input).
 * @throws GraphError for an operator that is not understood or shapes that do not fit.
 */
export function inferShapes(
  graph: Graph,
  inputShapes: Readonly<Record<string, readonly number[]>> = {},
): Map<string, readonly number[]> {
  const known = new Map<string, readonly number[]>()
  for (const input of graph.inputs) {
    const given = inputShapes[input.name]
    known.set(
      input.name,
      input.shape.map((dim, axis) => {
        const size = given?.[axis] ?? (axis === 0 ? 1 : dim)
        if (typeof size !== 'number')
          throw new GraphError(`input ${input.name}: the size of axis ${axis} (${dim}) is not known`)
        return size
      }),
    )
  }
  const shapes = {
    constant: (name: string) => graph.initializers.get(name),
    of(name: string): readonly number[] {
      const shape = graph.initializers.get(name)?.shape ?? known.get(name)
      if (shape === undefined) throw new GraphError(`the shape of ${name} is not known`)
      return shape
    },
  }
  for (const node of graph.nodes) {
    const op = opOf(node)
    if (op === undefined)
      throw new GraphError(
        `node ${node.id}: operator ${node.domain}${node.domain && '.'}${node.op} is not supported`,
      )
    for (const [i, shape] of op.shapes(node, shapes).entries()) known.set(node.outputs[i] ?? '', shape)
  }
  return known
}
