import { describe, expect, it } from 'vitest'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { fuseLayerNorms } from '../../../src/graph/layer-norm/fuse.js'
import type { Graph } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { Builder, type Value } from '../../fixtures/random-graph/builder.js'
import { outputsOf, relativeDifference } from '../../fixtures/twin.js'
import { noiseInputs } from '../../fixtures/worst-twin.js'

interface Forms {
  readonly square: 'Pow' | 'Mul'
  readonly subtractions: 1 | 2
  readonly bias: boolean
  readonly axes: number
}

/** (x - mean) / sqrt(variance + epsilon) * scale + bias, as exporters write it. */
function written(b: Builder, x: Value, { square, subtractions, bias, axes }: Forms): Value {
  const mean = (value: string) => b.node('ReduceMean', [value], x.shape, { axes: [axes], keepdims: 1 }).name
  const average = mean(x.name)
  const subtract = () => b.node('Sub', [x.name, average], x.shape).name
  const centred = subtract()
  const again = subtractions === 1 ? centred : subtract()
  const squared = b.node(square, [again, square === 'Pow' ? b.scalar(2) : again], x.shape)
  const variance = b.node('Add', [mean(squared.name), b.scalar(1e-3)], x.shape)
  const deviation = b.node('Sqrt', [variance.name], x.shape)
  const normed = b.node('Div', [centred, deviation.name], x.shape)
  const scaled = b.node('Mul', [normed.name, b.weight([6])], x.shape)
  return bias ? b.node('Add', [b.weight([6]), scaled.name], x.shape) : scaled
}

function build(forms: Forms, extra: (b: Builder, normed: Value) => void = () => {}): Graph {
  const b = new Builder(randomStream(6, 0, 'layer norm'))
  const normed = written(b, b.input([5, 6]), forms)
  b.output(normed)
  extra(b, normed)
  return b.graph()
}

const usual: Forms = { square: 'Pow', subtractions: 1, bias: true, axes: -1 }
const ops = (graph: Graph) => graph.nodes.map(({ op }) => op)

describe('a layer norm written out', () => {
  it.each<Forms>([
    usual,
    { ...usual, square: 'Mul' },
    { ...usual, subtractions: 2 },
    { ...usual, bias: false },
  ])('as $square, with $subtractions subtractions, bias $bias, becomes one operator', async forms => {
    const graph = build(forms)
    const fused = fuseLayerNorms(graph)
    expect(ops(fused)).toEqual(['LayerNormalization'])
    const inputs = noiseInputs(graph)
    const [found, expected] = await Promise.all(
      [fused, graph].map(each => outputsOf(writeOnnx(each), inputs)),
    )
    expect(relativeDifference(found!, expected!)).toBeLessThanOrEqual(1e-5)
  })

  it.each([true, false])('as Keras 2 has it for a while, by a batch norm of rows: scale %s', async scale => {
    const b = new Builder(randomStream(7, 0, 'layer norm'))
    const x = b.input([5, 6])
    const rows = b.node('Reshape', [x.name, b.integers(1, -1, 6, 1)], [])
    const all = b.integers(0, 2, 3)
    const mean = b.node('ReduceMean', [rows.name], [], { axes: [0, 2, 3], keepdims: 1 })
    const centred = b.node('Sub', [rows.name, mean.name], [])
    const squares = b.node('ReduceSumSquare', [centred.name], [], { axes: [0, 2, 3], keepdims: 0 })
    const outer = b.node('Gather', [b.node('Shape', [x.name], []).name, b.integers(0, 1)], [])
    const count = b.node('ReduceProd', [outer.name], [], { keepdims: 1 })
    const fill = (value: number) => b.node('Expand', [b.scalar(value), count.name], []).name
    const statistics = [
      b.node('Squeeze', [mean.name, all], []).name,
      b.node('Div', [squares.name, b.scalar(6)], []).name,
    ]
    const inputs = [rows.name, fill(1), fill(0), ...statistics]
    const norm = b.node('BatchNormalization', inputs, [], { epsilon: { float: 1e-3 } })
    const normed = b.node('Reshape', [norm.name, b.integers(-1, 5, 6)], [5, 6])
    b.output(scale ? b.node('Mul', [normed.name, b.weight([6])], [5, 6]) : normed)
    const graph = b.graph()
    const fused = fuseLayerNorms(graph)
    expect(ops(fused)).toEqual(['LayerNormalization'])
    const inputsOf = noiseInputs(graph)
    const [found, expected] = await Promise.all(
      [fused, graph].map(each => outputsOf(writeOnnx(each), inputsOf)),
    )
    expect(relativeDifference(found!, expected!)).toBeLessThanOrEqual(1e-5)
  })

  it('stays where it goes over another axis', () => {
    const graph = build({ ...usual, axes: -2 })
    expect(fuseLayerNorms(graph)).toBe(graph)
  })

  it('stays where something else reads what it is made of', () => {
    const graph = build(usual, b => b.output({ name: 'v3_0', shape: [5, 1] }))
    expect(ops(graph)).toContain('Sqrt')
    expect(fuseLayerNorms(graph)).toBe(graph)
  })
})
