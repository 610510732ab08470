import { describe, expect, it } from 'vitest'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { fuseLayerNorms } from '../../../src/graph/layer-norm/fuse.js'
import type { Graph } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { Builder } from '../../fixtures/random-graph/builder.js'
import { outputsOf, relativeDifference } from '../../fixtures/twin.js'
import { noiseInputs } from '../../fixtures/worst-twin.js'

interface Forms {
  /** How the mean is taken away: Keras 3 turns its sign, Keras 2 subtracts it from the bias. */
  readonly shift: 'negated' | 'subtracted'
  readonly bias: boolean
  readonly mean: 'ReduceMean' | 'GlobalAveragePool'
  /** A sequence [5, 6], or a map of 6 channels whose cells are normed. */
  readonly over: 'sequence' | 'map'
}

/** x * factor + (bias - mean * factor) with factor = scale / sqrt(variance + epsilon), as TensorFlow writes it. */
function build({ shift, bias, mean, over }: Forms): Graph {
  const b = new Builder(randomStream(8, 0, 'layer norm'))
  const { shape } = over === 'map' ? { shape: [6, 3, 4] } : { shape: [5, 6] }
  const vector = over === 'map' ? [1, 6, 1, 1] : [1, 1, 6]
  const x = b.input(shape).name
  const call = (op: string, ...inputs: string[]) => b.node(op, inputs, shape).name
  const average = (value: string) =>
    mean === 'ReduceMean'
      ? b.node(mean, [value], shape, { axes: [over === 'map' ? 1 : 2], keepdims: 1 }).name
      : call(mean, value)
  const centre = average(x)
  const difference = call('Sub', x, centre)
  const variance = average(call('Mul', difference, difference))
  const inverse = call('Reciprocal', call('Sqrt', call('Add', variance, b.scalar(1e-3))))
  const factor = call('Mul', inverse, b.weight(vector))
  const scaled = call('Mul', x, factor)
  const offset = bias ? b.weight(vector) : undefined
  const turned = () => call('Mul', call('Neg', centre), factor)
  const moved = () => call('Mul', centre, factor)
  const last =
    offset === undefined
      ? shift === 'negated'
        ? turned()
        : call('Neg', moved())
      : shift === 'negated'
        ? call('Add', turned(), offset)
        : call('Sub', offset, moved())
  b.output({ name: call('Add', scaled, last), shape })
  return b.graph()
}

const usual: Forms = { shift: 'negated', bias: true, mean: 'ReduceMean', over: 'sequence' }

describe('a layer norm as TensorFlow writes it out', () => {
  it.each<Forms>([
    usual,
    { ...usual, bias: false },
    { ...usual, shift: 'subtracted' },
    { ...usual, shift: 'subtracted', bias: false },
    { ...usual, mean: 'GlobalAveragePool' },
    { ...usual, over: 'map' },
  ])('becomes one operator: mean $shift by $mean, bias $bias, over a $over', async forms => {
    const graph = build(forms)
    const fused = fuseLayerNorms(graph)
    const ops = fused.nodes.map(({ op }) => op).filter(op => op !== 'Transpose')
    expect(ops).toEqual(['LayerNormalization'])
    const inputs = noiseInputs(graph)
    const [found, expected] = await Promise.all(
      [fused, graph].map(each => outputsOf(writeOnnx(each), inputs)),
    )
    expect(relativeDifference(found!, expected!)).toBeLessThanOrEqual(1e-5)
  })

  it('stays where the mean of a map is taken over its cells', () => {
    const graph = build({ ...usual, over: 'map', mean: 'GlobalAveragePool' })
    expect(fuseLayerNorms(graph)).toBe(graph)
  })
})
