import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { ModelProtoSchema, ValueInfoProtoSchema } from '../../../src/formats/onnx/proto/onnx_pb.js'
import { readOnnx } from '../../../src/formats/onnx/read.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { channelGroups } from '../../../src/graph/groups.js'
import { inferShapes } from '../../../src/graph/shapes.js'
import { sliceGraph } from '../../../src/graph/slice.js'
import { GraphError } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { loadModel, modelBytes, modelNames } from '../../fixtures/models.js'
import { maxDifference, normalSamples, runBytes, runGraph } from '../../fixtures/run.js'

describe.each(modelNames)('%s', name => {
  it('computes the same after import and export', async () => {
    const data = normalSamples(randomStream(1, 0, name), 8 * 784)
    const original = await runBytes(modelBytes(name), data, [8, 1, 28, 28])
    const exported = await runGraph(loadModel(name), data, [8, 1, 28, 28])
    expect(maxDifference(original, exported)).toBeLessThanOrEqual(1e-5)
  })

  it('is the same graph when read again', () => {
    const graph = loadModel(name)
    expect(readOnnx(writeOnnx(graph))).toEqual(graph)
  })

  it('keeps the dynamic batch axis', () => {
    expect(loadModel(name).inputs[0]?.shape).toEqual(['batch', 1, 28, 28])
  })
})

it('shapes that a file declares between its layers do not outlive the layers', async () => {
  const model = fromBinary(ModelProtoSchema, modelBytes('lenet5'))
  const { nodes } = loadModel('lenet5')
  const whole = inferShapes(loadModel('lenet5'))
  for (const name of nodes.flatMap(node => node.outputs)) {
    const dim = (whole.get(name) ?? []).map(size => ({
      value: { case: 'dimValue', value: BigInt(size) } as const,
    }))
    const type = { value: { case: 'tensorType', value: { elemType: 1, shape: { dim } } } as const }
    model.graph?.valueInfo.push(create(ValueInfoProtoSchema, { name, type }))
  }
  const graph = readOnnx(toBinary(ModelProtoSchema, model))
  const { groups } = channelGroups(graph)
  const half = new Map(
    groups.map(({ name, size }) => [name, Int32Array.from({ length: size / 2 }, (_, i) => i)]),
  )
  const bytes = writeOnnx(sliceGraph(graph, groups, half))
  expect(fromBinary(ModelProtoSchema, bytes).graph?.valueInfo).toEqual([])
  expect(await runBytes(bytes, new Float32Array(784), [1, 1, 28, 28])).toHaveLength(10)
})

describe('damaged files', () => {
  it('a format that no runtime knows yet is refused', () => {
    expect(() => readOnnx(writeOnnx({ ...loadModel('lenet5'), irVersion: 14 }))).toThrow(
      'expected a version of the file format up to 13, found 14',
    )
  })

  it.each([
    ['no bytes', new Uint8Array()],
    ['text', new TextEncoder().encode('<!DOCTYPE html><html>')],
    ['half a model', modelBytes('lenet5').subarray(0, 1000)],
  ])('%s are refused in one line', (_, bytes) => {
    expect(() => readOnnx(bytes)).toThrow(GraphError)
    expect(() => readOnnx(bytes)).toThrow(/^[^\n]+$/)
  })

  it('a weight cut short is refused', () => {
    const graph = loadModel('lenet5')
    const [name = '', weight] = [...graph.initializers].find(([, t]) => t.dtype === 'float32') ?? []
    const shape = weight?.shape.map(size => size + 1) ?? []
    const wrong = new Map(graph.initializers).set(name, {
      dtype: 'float32',
      shape,
      data: weight?.data ?? new Float32Array(),
    })
    expect(() => readOnnx(writeOnnx({ ...graph, initializers: wrong }))).toThrow(
      /needs \d+ elements, found \d+/,
    )
  })
})
