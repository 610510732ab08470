import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { reportedLayers } from '../../../src/cli/report/layers.js'
import { createFactorize } from '../../../src/compress/factorize/factorize.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { writePare } from '../../../src/formats/pare/write.js'
import { loadModel } from '../../fixtures/models.js'
import { channelScales, quantize } from '../../fixtures/quantized-net.js'

/** Inputs and outputs of the dense layers of LeNet-300-100 (LeCun et al. 1998). */
const sizes = [
  [784, 300],
  [300, 100],
  [100, 10],
] as const

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-layers-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

function written(name: string, bytes: Uint8Array): string {
  const file = join(folder, name)
  writeFileSync(file, bytes)
  return file
}

it('counts the layers of the original and of a result of few bits, with the bits of each', async () => {
  const net = loadModel('lenet300')
  const gemms = net.nodes.filter(({ op }) => op === 'Gemm')
  const [first] = gemms
  const [value = '', weight = ''] = first!.inputs
  const scale = channelScales(net.initializers.get(weight)!, 5)
  const few = quantize(net, [
    { name: weight, bits: 5, signed: true, scale, axis: 0 },
    { name: value, bits: 7, signed: false, scale: 0.01, zero: 0 },
  ])
  const layers = await reportedLayers(
    written('original.onnx', writeOnnx(net)),
    written('best.pare', writePare(few, 'exact')),
  )
  expect(layers).toEqual(
    sizes.map(([inputs, outputs], i) => {
      const [macs, params] = [inputs * outputs, inputs * outputs + outputs]
      return {
        name: gemms[i]!.id,
        macs: { original: macs, result: macs },
        params: { original: params, result: params },
        bits: i === 0 ? { weights: 5, activations: 7 } : { weights: 32, activations: 32 },
        rank: { original: Math.min(inputs, outputs), result: null },
      }
    }),
  )
})

it('tells of the original alone where there is no result', async () => {
  const layers = await reportedLayers(written('alone.onnx', writeOnnx(loadModel('lenet300'))), null)
  expect(layers.map(({ macs, bits }) => [macs.original, macs.result, bits])).toEqual(
    sizes.map(([inputs, outputs]) => [inputs * outputs, null, null]),
  )
})

it('counts a layer that was split as the one that it was, at its rank and with its bits', async () => {
  const net = loadModel('lenet300')
  const [first, second] = net.nodes.filter(({ op }) => op === 'Gemm')
  const ranks = new Map([[first!.id, 20]])
  const { graph, thin } = createFactorize('outputs')(net, ranks)
  const split = graph.nodes.filter(({ id }) => thin.get(first!.id)!.includes(id))
  const few = quantize(graph, [
    ...split.map(({ inputs: [, weight = ''] }) => {
      const scale = channelScales(graph.initializers.get(weight)!, 5)
      return { name: weight, bits: 5, signed: true, scale, axis: 0 }
    }),
    ...split.map(({ inputs: [value = ''] }) => ({
      ...{ name: value, bits: 7, signed: true, scale: 0.01, zero: 0 },
    })),
  ])
  const layers = await reportedLayers(
    written('whole.onnx', writeOnnx(net)),
    written('split.pare', writePare(few, 'exact')),
  )
  expect(layers.map(({ name }) => name)).toEqual(
    net.nodes.filter(({ op }) => op === 'Gemm').map(({ id }) => id),
  )
  expect(layers[0]).toEqual({
    name: first!.id,
    macs: { original: 784 * 300, result: 20 * (784 + 300) },
    params: { original: 784 * 300 + 300, result: 20 * (784 + 300) + 300 },
    bits: { weights: 5, activations: 7 },
    rank: { original: 300, result: 20 },
  })
  expect(layers[1]).toMatchObject({ name: second!.id, rank: { original: 100, result: null } })
})
