import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeLayersModel } from '../../../../src/formats/tfjs/layers-model/write.js'
import { floats } from '../../../../src/graph/tensor.js'
import { type Graph, GraphError } from '../../../../src/graph/types.js'
import { randomStream } from '../../../../src/random.js'
import { assertSameOutputs } from '../../../../src/runtime/same-outputs.js'
import { foldBatchNorm, insertBatchNorm } from '../../../../src/train/batch-norm.js'
import { normalSamples } from '../../../fixtures/run.js'
import { shake } from '../layers.js'
import { chain, type Net, samples } from './nets.js'
import { apartInTfjs, openedModel, smaller } from './written.js'

const { layers } = tf
const shape = [6, 5, 3]

const net = chain(
  () => layers.conv2d({ filters: 6, kernelSize: 3, useBias: false, name: 'first' }),
  () => layers.batchNormalization({ scale: false, name: 'plain' }),
  () => layers.reLU({}),
  () => layers.depthwiseConv2d({ kernelSize: 2, useBias: false, name: 'each' }),
  () => layers.batchNormalization({ center: false }),
  () => layers.conv2d({ filters: 5, kernelSize: 1, useBias: false }),
  () => layers.batchNormalization({ scale: false, center: false, name: 'bare' }),
  () => layers.flatten(),
  () => layers.batchNormalization({ center: false, scale: false, name: 'flat' }),
  () => layers.dense({ units: 4, useBias: false }),
  () => layers.layerNormalization({ scale: false, center: false, name: 'norm' }),
  () => layers.dense({ units: 2 }),
)

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const build = (made: Net, size = shape) => {
  const input = tf.input({ shape: size })
  return openedModel(shake(tf.model({ inputs: input, outputs: made(input) })))
}

/** The graph with other numbers in what the nodes of an operator read, such as training leaves behind. */
function changed(graph: Graph, op: string, indices: readonly number[]): Graph {
  const random = randomStream(4, 0, op)
  const initializers = new Map(graph.initializers)
  for (const node of graph.nodes.filter(other => other.op === op))
    for (const name of indices.map(index => node.inputs[index] ?? '')) {
      const tensor = initializers.get(name)!
      const data = Float32Array.from(normalSamples(random, floats(tensor).length), x => 0.5 + Math.abs(x))
      initializers.set(name, { ...tensor, data })
    }
  return { ...graph, initializers }
}

describe('what layers were without', () => {
  it.each([
    ['batch norms folded into convolutions', (graph: Graph) => foldBatchNorm(graph)],
    [
      'biases of convolutions, trained',
      (graph: Graph) => foldBatchNorm(changed(insertBatchNorm(graph), 'BatchNormalization', [1, 2, 3, 4])),
    ],
    ['scales of batch norms', (graph: Graph) => changed(graph, 'BatchNormalization', [1, 2, 3, 4])],
    ['scales of layer norms', (graph: Graph) => changed(graph, 'LayerNormalization', [1, 2])],
  ] as const)('%s', async (_, change) => {
    const { graph, template } = await build(net)
    const x = [samples(shape)]
    for (const small of smaller(graph)) {
      const trained = change(small)
      expect(await apartInTfjs(writeLayersModel(template, trained), trained, x)).toBeLessThanOrEqual(1e-4)
    }
  })

  it('says so in the configuration', async () => {
    const { graph, template } = await build(net)
    const { modelTopology, weightSpecs } = writeLayersModel(template, foldBatchNorm(graph))
    const { config } = modelTopology as { config: { layers: { config: Record<string, unknown> }[] } }
    expect(config.layers.find(({ config: { name } }) => name === 'first')?.config.use_bias).toBe(true)
    const names = weightSpecs.map(({ name }) => name)
    expect(names.indexOf('first/bias')).toBe(names.indexOf('first/kernel') + 1)
  })
})

describe('what layers cannot say', () => {
  const separable = chain(
    () => layers.separableConv2d({ filters: 4, kernelSize: 2, name: 'two' }),
    () => layers.flatten(),
  )

  it('is a bias of half a layer', async () => {
    const { graph, template } = await build(separable)
    const [depthwise] = graph.nodes.filter(({ op }) => op === 'Conv')
    const nodes = graph.nodes.map(node =>
      node === depthwise ? { ...node, inputs: [...node.inputs, 'extra'] } : node,
    )
    const tensor = { dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) } as const
    const other = { ...graph, nodes, initializers: new Map([...graph.initializers, ['extra', tensor]]) }
    expect(() => writeLayersModel(template, other)).toThrow(
      new GraphError('layer two (SeparableConv2D): it has got a bias, which it cannot hold'),
    )
  })

  it('is a layer that is two now', async () => {
    const shared = chain(() => layers.dense({ units: 3 }))
    const { graph, template } = await build(
      x => {
        const layer = layers.dense({ units: 3, name: 'both' })
        return shared(layer.apply(layer.apply(x) as tf.SymbolicTensor) as tf.SymbolicTensor)
      },
      [3],
    )
    const [, second] = graph.nodes.filter(({ op }) => op === 'Gemm')
    const [, weight = ''] = second!.inputs
    const tensor = graph.initializers.get(weight)!
    const own = { ...tensor, data: floats(tensor).map(x => 2 * x) }
    const nodes = graph.nodes.map(node =>
      node === second ? { ...node, inputs: node.inputs.with(1, 'own') } : node,
    )
    const other = { ...graph, nodes, initializers: new Map([...graph.initializers, ['own', own]]) }
    expect(() => writeLayersModel(template, other)).toThrow('is no longer the same in every call')
  })

  it('is another model', async () => {
    const [{ graph }, { template }] = [await build(separable), await build(net)]
    expect(() => writeLayersModel(template, graph)).toThrow(/can no longer be told/)
  })

  it('is a number in no layer, which shows when it runs', async () => {
    const { graph } = await build(separable)
    await expect(assertSameOutputs(graph, graph)).resolves.toBeUndefined()
    await expect(assertSameOutputs(graph, changed(graph, 'Conv', [1]))).rejects.toThrow(
      'its layers cannot say what the model has become',
    )
  })
})
