import { describe, expect, it } from 'vitest'
import { removeNoOps } from '../../../src/compress/fold/no-ops.js'
import { foldNorms } from '../../../src/compress/fold/norms.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { readTfjs } from '../../../src/formats/tfjs/read.js'
import { floatTensor, int64Tensor } from '../../../src/graph/tensor.js'
import type { Graph } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { simplify } from '../../../src/runtime/simplify.js'
import { allNets } from '../../fixtures/nets.js'
import { Builder, type Value } from '../../fixtures/random-graph/builder.js'
import { conv, gemm } from '../../fixtures/random-graph/layers.js'
import { outputsOf, relativeDifference } from '../../fixtures/twin.js'
import { noiseInputs } from '../../fixtures/worst-twin.js'
import { expected, fixtures, modelFile } from '../../formats/tfjs/fixtures.js'

const fold = (graph: Graph) => removeNoOps(foldNorms(graph))
const ops = (graph: Graph) => graph.nodes.map(({ op }) => op)

/** Checks that folding changes no output, and gives the operators that are left. */
async function left(graph: Graph, inputs = noiseInputs(graph)): Promise<string[]> {
  const folded = fold(graph)
  const [found, whole] = [
    await outputsOf(writeOnnx(folded), inputs),
    await outputsOf(writeOnnx(graph), inputs),
  ]
  expect(relativeDifference(found, whole)).toBeLessThanOrEqual(1e-5)
  return ops(folded)
}

describe('folding leaves the outputs of', () => {
  it('every network at hand', async () => {
    let fewer = 0
    for (const { graph, inputs } of await allNets()) {
      const after = await left(graph, inputs)
      if (after.length < graph.nodes.length) fewer++
    }
    expect(fewer).toBeGreaterThan(0)
  })

  it.each(fixtures.map(([name]) => name))('%s', async name => {
    const graph = await simplify(await readTfjs(modelFile(name)))
    const { input } = expected(name)
    // TF.js inputs come in its own layout: any numbers of the right form will do.
    const inputs =
      graph.inputs.length === 1 && input.shape.length < 4 ? { [graph.inputs[0]!.name]: input } : undefined
    await left(graph, inputs)
  })
})

function build(make: (b: Builder) => void): Graph {
  const b = new Builder(randomStream(9, 0, make.toString()))
  make(b)
  return b.graph()
}

/** A batch normalisation behind a value. */
function norm(b: Builder, x: Value): Value {
  const channels = x.shape[0]!
  const [scale, shift, mean] = [b.weight([channels]), b.weight([channels]), b.weight([channels])]
  const variance = b.positive([channels])
  return b.node('BatchNormalization', [x.name, scale, shift, mean, variance], x.shape)
}

describe('norms', () => {
  it('go into convolutions and dense layers, two after each other too', async () => {
    const graph = build(b => {
      const x = b.node('Relu', [norm(b, norm(b, conv(b, b.input([3, 6, 6]), 5))).name], [5, 6, 6])
      const flat = b.node('Flatten', [x.name], [180])
      const dense = norm(b, gemm(b, flat, 7))
      const product = b.node('MatMul', [dense.name, b.weight([7, 4])], [4])
      b.output(norm(b, b.node('Add', [product.name, b.weight([4])], [4])))
    })
    expect(await left(graph)).toEqual(['Conv', 'Relu', 'Flatten', 'Gemm', 'MatMul', 'Add'])
  })

  it('stay where another reads what the layer makes, or shares its weight', async () => {
    const graph = build(b => {
      const x = conv(b, b.input([3, 6, 6]), 5)
      b.output(b.node('Add', [norm(b, x).name, x.name], x.shape))
    })
    expect(await left(graph)).toEqual(['Conv', 'BatchNormalization', 'Add'])
  })
})

describe('no-ops', () => {
  const flat = (b: Builder, x: Value) => b.output(gemm(b, b.node('Flatten', [x.name], [108]), 3))

  it('go, one behind the other', async () => {
    const graph = build(b => {
      let x = b.input([3, 6, 6])
      const pass = (op: string, more: readonly string[] = [], attributes = {}) => {
        x = b.node(op, [x.name, ...more], x.shape, attributes)
      }
      pass('Identity')
      pass('Dropout')
      pass('Cast', [], { to: 1 })
      pass('Pad', [b.integers(0, 0, 0, 0, 0, 0, 0, 0)])
      pass('Add', [b.constant(floatTensor([3, 1, 1], [0, 0, 0]))])
      pass('Mul', [b.constant(floatTensor([], [1]))])
      pass('Reshape', [b.constant(int64Tensor([4], [-1, 3, 6, 6]))])
      const turned = b.node('Transpose', [x.name], [6, 6, 3], { perm: [0, 2, 3, 1] })
      flat(b, b.node('Transpose', [turned.name], [3, 6, 6], { perm: [0, 3, 1, 2] }))
    })
    expect(await left(graph)).toEqual(['Flatten', 'Gemm'])
  })

  it('that do something stay', async () => {
    const graph = build(b => {
      const x = b.input([1, 6, 6])
      // A zero for each of three channels makes three of one.
      const wide = b.node('Add', [x.name, b.constant(floatTensor([3, 1, 1], [0, 0, 0]))], [3, 6, 6])
      const turned = b.node('Transpose', [wide.name], [6, 6, 3], { perm: [0, 2, 3, 1] })
      const other = b.node('Transpose', [turned.name], [6, 3, 6], { perm: [0, 1, 3, 2] })
      const minus = b.node('Sub', [b.constant(floatTensor([], [0])), other.name], [6, 3, 6])
      flat(b, minus)
    })
    expect(await left(graph)).toEqual(['Add', 'Transpose', 'Transpose', 'Sub', 'Flatten', 'Gemm'])
  })
})
