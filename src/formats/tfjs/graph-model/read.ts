import { type Graph, GraphError } from '../../../graph/types.js'
import { Builder } from '../import/builder.js'
import { addInput, finish } from '../import/finish.js'
import type { Computed, Value } from '../import/value.js'
import type { ModelJson } from '../model-json.js'
import { naming, parse } from '../parse.js'
import type { Weights } from '../weights/decode.js'
import { Attributes } from './attributes.js'
import { operatorOf } from './ops/registry.js'
import { byName, ordered, reference } from './order.js'
import { type GraphNode, graphDefSchema, signatureSchema } from './schema.js'

/**
 * A graph model: TensorFlow's GraphDef as JSON, as the TF.js converter writes it.
 * @throws GraphError naming the node and operator that are not understood
 */
export function readGraphModel(model: ModelJson, weights: Weights): Graph {
  const { node: nodes } = parse(graphDefSchema, model.modelTopology, 'modelTopology')
  const named = byName(nodes)
  const outputs = outputNames(model, nodes)
  const b = new Builder()
  const values = new Map<string, readonly Value[]>()
  const inputs: Computed[] = []
  const read = (name: string, reader: string): Value => {
    const { node, output } = reference(name) ?? { node: name, output: 0 }
    const value = values.get(node)?.[output]
    if (value === undefined) throw new GraphError(`${reader} reads ${name}, which is not there`)
    return value
  }
  // Inputs keep their places even where nothing reads them.
  for (const node of inputNodes(model, nodes, named)) {
    const input = naming(`node ${node.name} (${node.op})`, () => placeholder(b, node))
    inputs.push(input)
    values.set(node.name, [input])
  }
  for (const node of ordered(
    named,
    outputs.map(name => reference(name)?.node ?? name),
  )) {
    if (values.has(node.name)) continue
    b.enter(node.name)
    values.set(
      node.name,
      naming(`node ${node.name} (${node.op})`, () => compute(b, node, weights, name => read(name, 'it'))),
    )
  }
  const results = outputs.map(name => ({ name: name.replace(/:0$/, ''), value: read(name, 'the model') }))
  return finish(b, 'graph-model', inputs, results)
}

function placeholder(b: Builder, node: GraphNode): Computed {
  const attributes = new Attributes(node)
  return addInput(b, node.name, attributes.shape('shape'), attributes.dtype('dtype'))
}

function compute(
  b: Builder,
  node: GraphNode,
  weights: Weights,
  read: (name: string) => Value,
): readonly Value[] {
  if (node.op === 'Const') return [constant(node, weights)]
  const operator = operatorOf(node.op)
  if (operator === undefined) throw new GraphError('this operator is not supported')
  const inputs = (node.input ?? []).filter(name => !name.startsWith('^')).map(read)
  const made = operator({ b, attributes: new Attributes(node), inputs })
  return 'kind' in made ? [made] : made
}

function constant(node: GraphNode, weights: Weights): Value {
  const tensor = weights.tensors.get(node.name)
  if (tensor !== undefined) return { kind: 'constant', key: node.name, tensor }
  const skipped = weights.skipped.get(node.name)
  throw new GraphError(
    skipped === undefined
      ? 'it has no weight in the manifest'
      : `a weight of type ${skipped} is not supported`,
  )
}

function signatureOf(model: ModelJson) {
  return model.signature === undefined || model.signature === null
    ? {}
    : parse(signatureSchema, model.signature, 'signature')
}

/** The placeholders in the order of the signature, then those it does not name. */
function inputNodes(
  model: ModelJson,
  nodes: readonly GraphNode[],
  named: ReadonlyMap<string, GraphNode>,
): GraphNode[] {
  const listed = Object.values(signatureOf(model).inputs ?? {}).map(({ name }) =>
    named.get(reference(name)?.node ?? ''),
  )
  const all = nodes.filter(node => node.op === 'Placeholder' || node.op === 'PlaceholderWithDefault')
  return [...new Set([...listed.filter(node => node !== undefined && all.includes(node)), ...all])].filter(
    node => node !== undefined,
  )
}

/** Operators that compute nothing: unread, they are leftovers, not outputs. */
const sources = new Set(['Const', 'NoOp', 'Placeholder', 'PlaceholderWithDefault'])

/** The outputs of the signature; without one, what no node reads. */
function outputNames(model: ModelJson, nodes: readonly GraphNode[]): string[] {
  const listed = Object.values(signatureOf(model).outputs ?? {}).map(({ name }) => name)
  if (listed.length > 0) return listed
  const read = new Set(nodes.flatMap(node => (node.input ?? []).map(input => reference(input)?.node ?? '')))
  return nodes.filter(node => !read.has(node.name) && !sources.has(node.op)).map(node => node.name)
}
