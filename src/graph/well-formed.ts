import { capturedNames } from './constants.js'
import { type Graph, GraphError } from './types.js'

/** @throws GraphError where a name is defined twice, read before it is defined, or a graph output is never defined. */
export function assertWellFormed(graph: Graph): void {
  const defined = new Set([...graph.initializers.keys()])
  const define = (name: string, what: string) => {
    if (defined.has(name)) throw new GraphError(`${what}: ${name} is defined twice`)
    defined.add(name)
  }
  for (const input of graph.inputs) define(input.name, 'graph input')
  for (const node of graph.nodes) {
    for (const input of [...node.inputs.filter(name => name !== ''), ...capturedNames(node)]) {
      if (!defined.has(input)) {
        throw new GraphError(`node ${node.id} (${node.op}) reads ${input}, which nothing before it defines`)
      }
    }
    for (const output of node.outputs) if (output !== '') define(output, `node ${node.id} (${node.op})`)
  }
  for (const output of graph.outputs) {
    if (!defined.has(output.name)) throw new GraphError(`graph output ${output.name} is never defined`)
  }
}
