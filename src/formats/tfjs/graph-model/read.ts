import { type Graph, GraphError } from '../../../graph/types.js'
import { naming } from '../../naming.js'
import { Builder } from '../import/builder.js'
import { addInput, finish, type NamedInput } from '../import/finish.js'
import { type Computed, type Value, weightKey } from '../import/value.js'
import type { ModelJson } from '../model-json.js'
import { parse } from '../parse.js'
import type { Weights } from '../weights/decode.js'
import { Attributes } from './attributes.js'
import { dilated } from './dilations.js'
import { operatorOf } from './ops/registry.js'
import { byName, ordered, reference } from './order.js'
import { rowNorms } from './row-norms.js'
import { type GraphNode, graphDefSchema, signatureSchema } from './schema.js'

/**
 * A graph model: TensorFlow's GraphDef as JSON, as the TF.js converter writes it.
 * @throws GraphError naming the node and operator that are not understood
 */
export function readGraphModel(model: ModelJson, weights: Weights): Graph {
  const { node } = parse(graphDefSchema, model.modelTopology, 'modelTopology')
  assertNoControlFlow(node)
  const nodes = rowNorms(dilated(node, weights), weights)
  const named = byName(nodes)
  const outputs = outputNames(model, nodes)
  const b = new Builder()
  const values = new Map<string, readonly Value[]>()
  const inputs: NamedInput[] = []
  const read = (name: string, reader: string): Value => {
    const { node, output } = reference(name) ?? { node: name, output: 0 }
    const value = values.get(node)?.[output]
    if (value === undefined) throw new GraphError(`${reader} reads ${name}, which is not there`)
    return value
  }
  // Inputs keep their places even where nothing reads them.
  for (const { key, node } of inputNodes(model, nodes, named)) {
    const value = naming(`node ${node.name} (${node.op})`, () => placeholder(b, node))
    inputs.push({ key, value })
    values.set(node.name, [value])
  }
  for (const node of ordered(
    named,
    outputs.map(({ name }) => reference(name)?.node ?? name),
  )) {
    if (values.has(node.name)) continue
    b.enter(node.name)
    values.set(
      node.name,
      naming(`node ${node.name} (${node.op})`, () => compute(b, node, weights, name => read(name, 'it'))),
    )
  }
  const results = outputs.map(({ key, name }) => ({
    key,
    name: name.replace(/:0$/, ''),
    value: read(name, 'the model'),
  }))
  return finish(b, 'graph-model', inputs, results)
}

/** TensorFlow's loops and branches, of which these are a part. */
const controlFlow = new Set(['Enter', 'Exit', 'Merge', 'Switch', 'NextIteration', 'LoopCond'])
const functional = new Set(['While', 'StatelessWhile', 'If', 'StatelessIf'])

function assertNoControlFlow(nodes: readonly GraphNode[]): void {
  const found = nodes.find(({ op }) => controlFlow.has(op) || functional.has(op))
  if (found !== undefined)
    throw new GraphError(
      `node ${found.name} (${found.op}): loops and branches are not supported, such as those of recurrent layers`,
    )
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
  if (tensor !== undefined) return { kind: 'constant', key: weightKey(node.name), tensor }
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

/** The placeholders in the order of the signature, then those it does not name, each with its key there. */
function inputNodes(
  model: ModelJson,
  nodes: readonly GraphNode[],
  named: ReadonlyMap<string, GraphNode>,
): { readonly key: string; readonly node: GraphNode }[] {
  const all = nodes.filter(node => node.op === 'Placeholder' || node.op === 'PlaceholderWithDefault')
  const keys = new Map<GraphNode, string>()
  for (const [key, { name }] of Object.entries(signatureOf(model).inputs ?? {})) {
    const node = named.get(reference(name)?.node ?? '')
    if (node !== undefined && all.includes(node) && !keys.has(node)) keys.set(node, key)
  }
  for (const node of all) if (!keys.has(node)) keys.set(node, node.name)
  return [...keys].map(([node, key]) => ({ key, node }))
}

/** Operators that compute nothing: unread, they are leftovers, not outputs. */
const sources = new Set(['Const', 'NoOp', 'Placeholder', 'PlaceholderWithDefault'])

/** The outputs of the signature; without one, what no node reads. */
function outputNames(
  model: ModelJson,
  nodes: readonly GraphNode[],
): { readonly key: string; readonly name: string }[] {
  const listed = Object.entries(signatureOf(model).outputs ?? {}).map(([key, { name }]) => ({ key, name }))
  if (listed.length > 0) return listed
  const read = new Set(nodes.flatMap(node => (node.input ?? []).map(input => reference(input)?.node ?? '')))
  return nodes
    .filter(node => !read.has(node.name) && !sources.has(node.op))
    .map(({ name }) => ({ key: name, name }))
}
