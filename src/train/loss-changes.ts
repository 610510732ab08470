import { setImmediate } from 'node:timers/promises'
import type { Goal } from '../data/goals.js'
import { equationOf } from '../graph/ops/einsum.js'
import { inferShapes } from '../graph/shapes.js'
import { type Graph, GraphError, type Node } from '../graph/types.js'
import { initBackend } from '../tensor/backend.js'
import { createExecutor, type Executor } from '../tensor/executor.js'
import { mul, ones, reshape, type Tensor, tensor, tidy, variable, variableGrads } from '../tensor/tf.js'
import { placeOf, type Value } from '../tensor/value.js'
import { type Batch, Batches, countOf } from './batches.js'
import { lossOf } from './loss.js'
import { classesOf } from './shapes.js'
import { lessonsOf } from './step.js'

/** Samples with their classes, or what else outputs are to be. */
export interface Labelled {
  /** [n, ...sampleShape] row-major. */
  readonly samples: Float32Array
  readonly labels: Int32Array
  readonly sampleShape: readonly number[]
  readonly classes: number
  /** What outputs are to be; without, the first output's classes. */
  readonly goals?: readonly Goal[]
}

const BATCH = 64

/**
 * How much the loss changes, to first order, when an output channel of a node is zeroed, for every channel of every node
 * in `nodes`: |sum over places of dC/dz z| of each sample, averaged over the samples (Molchanov et al. 2017, eq. 8, with
 * the sum over the channel's places instead of their mean). A channel is looked at behind its own bias and batch
 * normalisation. C is the cross-entropy with the labels, in nats, or what the goals have as loss.
 *
 * dC/dz z is the gradient of a gate that multiplies the channel and stands at 1, one for each sample and channel.
 *
 * It is computed on WASM whatever trains, so that channels are ranked alike on both.
 *
 * @throws GraphError naming the first node whose operator has no gradient here, or whose samples stand along no axis.
 */
export async function lossChanges(
  graph: Graph,
  nodes: ReadonlySet<string>,
  data: Labelled,
): Promise<Map<string, Float64Array>> {
  await initBackend('wasm')
  const batches = new Batches(
    { ...data, teacherLogits: null },
    { batchSize: BATCH, augment: [], labelSmoothing: 0, temperature: 1 },
    output => classesOf(graph, data.sampleShape, output) ?? data.classes,
  )
  const executor = createExecutor(graph)
  const gates = gatesOf(graph, nodes, data.sampleShape)
  const n = countOf(data)
  const sums = new Map(gates.map(({ layer, channels }) => [layer, new Float64Array(channels)]))
  try {
    for (let first = 0; first < n; first += BATCH) {
      for (const [layer, changes] of changesOfBatch(
        executor,
        gates,
        batches.between(first, Math.min(n, first + BATCH)),
      )) {
        changes.forEach((change, channel) => {
          sums.get(layer)![channel]! += change / n
        })
      }
      await setImmediate()
    }
  } finally {
    executor.parameters.dispose()
  }
  return sums
}

/** Where a layer's channels are gated. */
interface Gate {
  readonly layer: string
  /** The node whose value is multiplied. */
  readonly node: string
  readonly channels: number
  /** The axis of the channels in ONNX's shape of that value. */
  readonly axis: number
  /** How many rows of the first axis belong to one sample. */
  readonly rows: number
}

function gatesOf(graph: Graph, layers: ReadonlySet<string>, sampleShape: readonly number[]): Gate[] {
  const [one, two] = [1, 2].map(batch =>
    inferShapes(graph, { [graph.inputs[0]?.name ?? '']: [batch, ...sampleShape] }),
  ) as [ReturnType<typeof inferShapes>, ReturnType<typeof inferShapes>]
  return graph.nodes.flatMap(node => {
    if (!layers.has(node.id)) return []
    const last = lastOfLayer(graph, node)
    const shape = one.get(last.outputs[0] ?? '') ?? []
    const axis = madeAxis(node, shape.length)
    const [rows = 1] = shape
    if (axis === 0 || two.get(last.outputs[0] ?? '')?.[0] !== 2 * rows)
      throw new GraphError(`node ${node.id} (${node.op}): its samples do not stand along the first axis`)
    return [{ layer: node.id, node: last.id, channels: shape[axis] ?? 1, axis, rows }]
  })
}

/** The axis of what a layer makes that its channels lie along. */
function madeAxis(node: Node, rank: number): number {
  if (node.op === 'Conv' || node.op === 'ConvTranspose') return 1
  const equation = node.op === 'Einsum' ? equationOf(node) : undefined
  if (equation === undefined) return rank - 1
  const { left, right, output } = equation
  return output.indexOf([...right].find(letter => !left.includes(letter) && output.includes(letter)) ?? '')
}

/** The node that hands on a layer's channels: its own, or the bias or batch normalisation that alone reads it. */
function lastOfLayer(graph: Graph, node: Node): Node {
  const [reader, ...others] = graph.nodes.filter(({ inputs }) => inputs.includes(node.outputs[0] ?? ''))
  if (reader === undefined || others.length > 0) return node
  const shifts = reader.op === 'Add' && reader.inputs.some(name => graph.initializers.has(name))
  return shifts || reader.op === 'BatchNormalization' ? lastOfLayer(graph, reader) : node
}

/** Sum over the batch's samples of |dC/dz z| of each gated layer's channels. */
function changesOfBatch(executor: Executor, gates: readonly Gate[], batch: Batch): Map<string, Float64Array> {
  const [rows = 1] = batch.shape
  const variables = new Map(gates.map(({ node, channels }) => [node, variable(ones([rows, channels]))]))
  const changes = new Map<string, Float64Array>()
  tidy(() => {
    const x = tensor(batch.samples, [...batch.shape])
    const lessons = lessonsOf(batch)
    const places = new Map(gates.map(gate => [gate.node, gate]))
    const replace = (node: Node, value: Value): Value => {
      const [gate, place] = [variables.get(node.id), places.get(node.id)]
      if (gate === undefined || place === undefined) return value
      return { ...value, tensor: mul(value.tensor, beside(gate, place, value)) }
    }
    const { grads } = variableGrads(
      () =>
        lossOf(
          { outputs: executor.outputs([x], { batchNorm: 'stored', onMoments: null, replace }), maps: [] },
          { lessons, maps: [] },
          { temperature: 1, distillation: 0, hintWeight: 0 },
        ),
      [...variables.values()],
    )
    for (const { layer, node, channels } of gates) {
      const gradient = grads[variables.get(node)!.name]!.dataSync<'float32'>()
      // The loss is a mean over the batch, so the gradient holds only a share of each sample's own.
      changes.set(layer, absoluteSums(gradient, channels, rows))
    }
  })
  for (const gate of variables.values()) gate.dispose()
  return changes
}

/** A gate [n, c] as it multiplies a value whose first axis holds one sample after the other. */
function beside(gate: Tensor, { axis, rows }: Gate, { tensor: { rank }, layout }: Value): Tensor {
  const [samples = 1, channels = 1] = gate.shape
  const shape = Array<number>(rank).fill(1)
  shape[0] = samples * rows
  shape[placeOf(layout, axis, rank)] = channels
  const each = mul(reshape(gate, [samples, 1, channels]), ones([1, rows, 1]))
  return reshape(each, shape)
}

function absoluteSums(gradient: Float32Array, channels: number, rows: number): Float64Array {
  const sums = new Float64Array(channels)
  gradient.forEach((g, i) => {
    sums[i % channels]! += Math.abs(g) * rows
  })
  return sums
}
