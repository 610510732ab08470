import { EVD, Matrix, SVD } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { createFactorize } from '../../../src/compress/factorize/factorize.js'
import { splittableLayers } from '../../../src/compress/factorize/layers.js'
import {
  fullRank,
  legalRanks,
  saves,
  splitCost,
  splitForms,
  wholeCost,
} from '../../../src/compress/factorize/split-cost.js'
import { splitLayer } from '../../../src/compress/factorize/split-layer.js'
import { splitSystem } from '../../../src/compress/factorize/system.js'
import type { Moments } from '../../../src/compress/moments.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { countMacs } from '../../../src/graph/cost.js'
import { countParams } from '../../../src/graph/parameters.js'
import { floatTensor } from '../../../src/graph/tensor.js'
import type { Graph, Node } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { loadModel } from '../../fixtures/models.js'
import { normalSamples } from '../../fixtures/run.js'
import { outputsOf, relativeDifference } from '../../fixtures/twin.js'
import { noiseInputs } from '../../fixtures/worst-twin.js'

const random = randomStream(3, 0, 'factorize')
const tensor = (...shape: number[]) =>
  floatTensor(
    shape,
    normalSamples(
      random,
      shape.reduce((a, b) => a * b, 1),
    ),
  )
const int = (value: number) => ({ kind: 'int', value }) as const
const ints = (...value: number[]) => ({ kind: 'ints', value }) as const
const float = (value: number) => ({ kind: 'float', value }) as const

/** A graph of one layer that reads `x`. */
function single(
  op: string,
  x: readonly (number | string)[],
  weight: readonly number[],
  { bias, attributes = {} }: { bias?: readonly number[]; attributes?: Node['attributes'] },
): Graph {
  const inputs = ['x', 'w', ...(bias === undefined ? [] : ['b'])]
  return {
    name: op,
    irVersion: 8,
    opset: 18,
    otherOpsets: {},
    metadata: {},
    nodes: [{ id: 'layer', op, domain: '', inputs, outputs: ['y'], attributes }],
    initializers: new Map([
      ['w', tensor(...weight)],
      ...(bias === undefined ? [] : [['b', tensor(...bias)] as const]),
    ]),
    inputs: [{ name: 'x', dtype: 'float32', shape: x }],
    outputs: [{ name: 'y', dtype: 'float32', shape: null }],
  }
}

const rect = { strides: ints(2, 1), pads: ints(1, 0, 2, 1), dilations: ints(1, 2), kernel_shape: ints(3, 2) }
const same = { strides: ints(2, 2), auto_pad: { kind: 'string', value: 'SAME_UPPER' } } as const
const cases: readonly (readonly [string, Graph])[] = [
  ['Gemm', single('Gemm', ['n', 12], [12, 9], { bias: [9] })],
  ['Gemm transB', single('Gemm', ['n', 12], [9, 12], { bias: [9], attributes: { transB: int(1) } })],
  [
    'Gemm of everything',
    single('Gemm', [12, 5], [9, 12], {
      bias: [1],
      attributes: { transA: int(1), transB: int(1), alpha: float(0.5), beta: float(-2) },
    }),
  ],
  ['MatMul', single('MatMul', ['n', 4, 12], [12, 9], {})],
  ['convolution', single('Conv', ['n', 6, 9, 7], [8, 6, 3, 2], { bias: [8], attributes: rect })],
  ['padded to its size', single('Conv', ['n', 6, 9, 8], [8, 6, 3, 3], { attributes: same })],
  ['1x1 convolution', single('Conv', ['n', 10, 5, 5], [14, 10, 1, 1], { bias: [14] })],
  ['many outputs', single('Conv', ['n', 1, 5, 5], [14, 1, 2, 2], { bias: [14] })],
]

/** Moments of random inputs of different spreads that go together. */
function someMoments(columns: number): Moments {
  const mix = Matrix.random(columns, columns, { random: () => random.uniform() })
  const rows = Matrix.random(4 * columns, columns, { random: () => random.uniform() }).mmul(mix)
  return {
    node: 'layer',
    columns,
    rows: rows.rows,
    mean: Float64Array.from(rows.mean('column')),
    second: Float64Array.from(rows.transpose().mmul(rows).div(rows.rows).to1DArray()),
  }
}

const layerOf = (graph: Graph) => splittableLayers(graph)[0]!

describe.each(cases)('%s', (_, graph) => {
  it.each(splitForms.flatMap(form => [[form, false] as const, [form, true] as const]))(
    'is the same layer at full rank (%s, moments %s)',
    async (form, seen) => {
      const layer = layerOf(graph)
      const [node] = graph.nodes
      const moments = seen ? someMoments(layer.columns) : undefined
      const system = splitSystem(layer, graph.initializers.get('w')!, moments)
      const { thin, shift } = splitLayer(node!, layer, system, { form, rank: fullRank(layer, form) })
      for (const value of shift ?? []) expect(Math.abs(value)).toBeLessThan(1e-5)
      const nodes = thin.map(({ attributes }, i) => ({
        ...node!,
        id: `thin${i}`,
        inputs: [i === 0 ? 'x' : `v${i}`, `w${i}`, ...(i === thin.length - 1 ? node!.inputs.slice(2) : [])],
        outputs: [i === thin.length - 1 ? 'y' : `v${i + 1}`],
        attributes,
      }))
      const weights = thin.map(({ weight }, i) => [`w${i}`, weight] as const)
      const split = { ...graph, nodes, initializers: new Map([...graph.initializers, ...weights]) }
      const inputs = noiseInputs(graph)
      const expected = await outputsOf(writeOnnx(graph), inputs)
      expect(relativeDifference(await outputsOf(writeOnnx(split), inputs), expected)).toBeLessThan(1e-5)
    },
  )

  it.each(splitForms)('costs what was promised at each rank that saves (%s)', form => {
    const layer = layerOf(graph)
    const factorize = createFactorize(form)
    const before = { macs: countMacs(graph), params: countParams(graph) }
    const whole = wholeCost(layer)
    expect(whole.macs).toBe(before.macs)
    let last = { macs: 0, weights: 0 }
    for (const rank of legalRanks(layer, form).slice(0, -1)) {
      const { graph: split } = factorize(graph, new Map([['layer', rank]]))
      const cost = splitCost(layer, form, rank)
      expect([countMacs(split), countParams(split)]).toEqual([
        cost.macs,
        before.params - whole.weights + cost.weights,
      ])
      expect(cost.macs).toBeLessThan(whole.macs)
      expect(cost.weights).toBeLessThan(whole.weights)
      expect(cost.macs).toBeGreaterThanOrEqual(last.macs)
      expect(cost.weights).toBeGreaterThanOrEqual(last.weights)
      last = cost
    }
    const most = fullRank(layer, form)
    expect(saves(layer, form, most)).toBe(false)
    expect(factorize(graph, new Map([['layer', most]])).graph.nodes).toEqual(graph.nodes)
  })
})

/** The product of the two weights of a split dense layer, [outputs, inputs]. */
function productOf(graph: Graph): Matrix {
  const [first, second] = graph.nodes.map(({ inputs }) => {
    const { shape, data } = graph.initializers.get(inputs[1]!)!
    return Matrix.from1DArray(shape[0]!, shape[1]!, [...(data as Float32Array)])
  })
  return second!.mmul(first!)
}

describe('the error of a dense layer at a rank', () => {
  const graph = single('Gemm', ['n', 12], [9, 12], { bias: [9], attributes: { transB: int(1) } })
  const weight = Matrix.from1DArray(9, 12, [...(graph.initializers.get('w')!.data as Float32Array)])

  it('is the tail of the singular values', () => {
    const values = new SVD(weight, { autoTranspose: true }).diagonal
    for (const rank of [1, 2, 3, 4, 5]) {
      const { graph: split } = createFactorize('outputs')(graph, new Map([['layer', rank]]))
      const error = Matrix.sub(weight, productOf(split)).norm('frobenius')
      const tail = Math.sqrt(values.slice(rank).reduce((sum, value) => sum + value * value, 0))
      expect(error).toBeCloseTo(tail, 4)
    }
  })

  it('is the tail of the whitened singular values where the inputs are known', () => {
    const moments = someMoments(12)
    const mean = Matrix.columnVector(moments.mean)
    const covariance = Matrix.sub(Matrix.from1DArray(12, 12, moments.second), mean.mmul(mean.transpose()))
    const { realEigenvalues, eigenvectorMatrix } = new EVD(covariance, { assumeSymmetric: true })
    const root = eigenvectorMatrix.mmul(
      Matrix.diag(realEigenvalues.map(value => Math.sqrt(Math.max(0, value)))),
    )
    const values = new SVD(weight.mmul(root), { autoTranspose: true }).diagonal
    for (const rank of [1, 3, 5]) {
      const { graph: split } = createFactorize('outputs')(graph, new Map([['layer', rank]]), [moments])
      const error = Matrix.sub(weight, productOf(split)).mmul(root).norm('frobenius')
      const tail = Math.sqrt(values.slice(rank).reduce((sum, value) => sum + value * value, 0))
      expect(error / tail).toBeCloseTo(1, 2)
    }
  })
})

it('splits the layers of a whole network to what was promised, and it runs', async () => {
  const graph = loadModel('resnet14')
  const layers = splittableLayers(graph)
  const inputs = noiseInputs(graph)
  for (const [i, form] of splitForms.entries()) {
    const pick = randomStream(4, i, 'ranks')
    const ranks = new Map(
      layers.map(layer => {
        const legal = legalRanks(layer, form)
        return [layer.node, legal[pick.below(legal.length)]!] as const
      }),
    )
    const { graph: split, thin } = createFactorize(form)(graph, ranks)
    let [macs, params] = [countMacs(graph), countParams(graph)]
    for (const layer of layers.filter(({ node }) => thin.has(node))) {
      const [cost, whole] = [splitCost(layer, form, ranks.get(layer.node)!), wholeCost(layer)]
      macs += cost.macs - whole.macs
      params += cost.weights - whole.weights
    }
    expect([countMacs(split), countParams(split)]).toEqual([macs, params])
    const [logits] = Object.values(await outputsOf(writeOnnx(split), inputs))
    expect(logits!.shape).toEqual([2, 10])
  }
})
