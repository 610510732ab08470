import { describe, expect, it } from 'vitest'
import { quantizableLayers } from '../../src/compress/quantize/layers.js'
import { uniformPlan } from '../../src/compress/quantize/plan.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { loadModel, modelNames } from '../fixtures/models.js'
import { optimizedOperators } from '../fixtures/optimized.js'
import { quantized } from '../fixtures/quantized.js'

const float = ['Conv', 'FusedConv', 'Gemm', 'FusedGemm', 'MatMul', 'FusedMatMul', 'Add', 'GlobalAveragePool']

describe.each(modelNames)('%s in ONNX Runtime', name => {
  const graph = loadModel(name)
  const { layers } = quantizableLayers(graph)
  const dense = layers.filter(({ op }) => op === 'Gemm').length

  it.each([
    [8, 8],
    [4, 8],
    [3, 5],
  ])(
    'computes every layer on integers, with weights of %i bits and activations of %i',
    async (weight, activation) => {
      const { lowered } = await quantized(graph, { plan: uniformPlan(graph, { weight, activation }), n: 8 })
      const counts = await optimizedOperators(writeOnnx(lowered))
      expect(float.filter(op => counts.has(op))).toEqual([])
      expect([counts.get('QLinearConv') ?? 0, counts.get('QGemm')]).toEqual([layers.length - dense, dense])
      // Floats come in once, and nothing is turned back and forth between.
      expect([counts.get('QuantizeLinear'), counts.get('DequantizeLinear') ?? 0]).toEqual([1, 0])
    },
  )

  it('keeps weights alone for float layers', async () => {
    const { lowered } = await quantized(graph, {
      plan: uniformPlan(graph, { weight: 8, activation: null }),
      n: 8,
    })
    const counts = await optimizedOperators(writeOnnx(lowered))
    expect(counts.has('QuantizeLinear')).toBe(false)
    expect(counts.get('DequantizeLinear')).toBe(layers.length)
  })
})
