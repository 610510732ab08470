import { capturedNames, dropDead, dropUnused } from '../graph/constants.js'
import { infer } from '../graph/shapes.js'
import { elementCount } from '../graph/tensor.js'
import type { DType, Graph, Node, Tensor, TensorData } from '../graph/types.js'
import { type ProbedValue, runProbe } from './probe.js'

/** What draws anew at each run. */
const random = new Set([
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Multinomial',
  'Bernoulli',
])

/** Elements of a folded value at most: a larger one would make the file larger for no gain, or be a trap. */
const LARGEST = 2 ** 16

/** Elements of all folded values together at most, likewise. */
const LARGEST_SUM = 2 ** 22

/**
 * Values that depend on constants alone as constants, as ONNX Runtime computes them: index tables, masks, paddings.
 * @param spent elements that were folded before and count towards what may be folded together
 * @throws GraphError where ONNX Runtime cannot compute one.
 */
export async function foldExpressions(graph: Graph, spent: number): Promise<Graph> {
  const made = new Set<string>()
  const isConstant = (name: string) => name === '' || graph.initializers.has(name) || made.has(name)
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  const expressions = new Set<Node>()
  const { shapes } = infer(graph)
  const sizeOf = (name: string) => (name === '' ? 0 : elementCount(shapes.get(name) ?? [Infinity]))
  let sum = spent
  for (const node of graph.nodes) {
    // A quantised weight is stored as it is on purpose.
    const kept = random.has(node.op) || node.op === 'DequantizeLinear' || node.domain !== ''
    if (kept || Object.values(node.attributes).some(({ kind }) => kind === 'opaque')) continue
    if (!node.inputs.every(isConstant) || node.outputs.some(name => outputs.has(name))) continue
    const sizes = node.outputs.map(sizeOf)
    const all = sizes.reduce((a, b) => a + b, sum)
    if (sizes.some(size => size > LARGEST) || all > LARGEST_SUM) continue
    sum = all
    expressions.add(node)
    for (const name of node.outputs) made.add(name)
  }
  const read = graph.nodes
    .filter(node => !expressions.has(node))
    .flatMap(node => [...node.inputs, ...capturedNames(node)])
  const readElsewhere = new Set(read)
  const wanted = [...made].filter(name => name !== '' && readElsewhere.has(name))
  if (wanted.length === 0) return graph
  const alone = dropUnused({ ...graph, nodes: [...expressions], inputs: [], outputs: [] })
  const found = await runProbe(alone, wanted, [], { withData: true })
  const initializers = new Map(graph.initializers)
  const constants = new Map(found.map(value => [value.name, tensorOf(value)] as const))
  const nodes = graph.nodes.filter(node => {
    const read = expressions.has(node) ? node.outputs.filter(name => readElsewhere.has(name)) : []
    // A node of which one output stays computed stays as a whole.
    if (read.length === 0 || read.some(name => constants.get(name) === undefined)) return true
    for (const name of read) initializers.set(name, constants.get(name)!)
    return false
  })
  return nodes.length === graph.nodes.length ? graph : dropDead({ ...graph, nodes, initializers })
}

const dtypes = new Map<string, DType>(
  (['float32', 'int64', 'int32', 'bool', 'uint8', 'int8', 'float64'] as const).map(dtype => [dtype, dtype]),
)

function tensorOf({ type, dims, data }: ProbedValue): Tensor | undefined {
  const dtype = dtypes.get(type)
  if (dtype === undefined || !isTensorData(data)) return undefined
  return { dtype, shape: dims, data }
}

function isTensorData(data: unknown): data is TensorData {
  return ArrayBuffer.isView(data) && !(data instanceof DataView)
}
