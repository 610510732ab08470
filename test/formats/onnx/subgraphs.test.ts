/** Sub-graphs are left as they are; what they read of the graph around them counts as read. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  ValueInfoProtoSchema,
} from '../../../src/formats/onnx/proto/onnx_pb.js'
import { readOnnx } from '../../../src/formats/onnx/read.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import type { Builder, Value } from '../../fixtures/random-graph/builder.js'
import { between, roundTrip } from '../../fixtures/round-trip.js'
import { worstTwin } from '../../fixtures/worst-twin.js'

const TOLERANCE = 1e-4
describe('sub-graphs', () => {
  /** A branch of an If: one operator on a value of the graph around it. */
  function branch(name: string, captured: string, op: string): AttributeProto {
    const g = create(GraphProtoSchema, {
      name,
      node: [create(NodeProtoSchema, { opType: op, input: [captured], output: [`${name} out`] })],
      output: [
        create(ValueInfoProtoSchema, {
          name: `${name} out`,
          type: { value: { case: 'tensorType', value: { elemType: 1 } } },
        }),
      ],
    })
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.GRAPH, g })
  }

  /** conv, then an If whose branches read `captured`, then a convolution. */
  function withIf(
    captured: (b: Builder, x: Value) => string,
    { opset = 17, op = 'Neg' }: { readonly opset?: number; readonly op?: string } = {},
  ): Uint8Array {
    const graph = between((b, x) => {
      const condition = b.constant({ dtype: 'bool', shape: [], data: Uint8Array.of(1) })
      const outer = captured(b, x)
      return { name: b.node('If', [condition], x.shape, { outer }).name, shape: x.shape }
    })
    const model = fromBinary(ModelProtoSchema, writeOnnx({ ...graph, opset }))
    for (const node of model.graph?.node ?? []) {
      const outer = new TextDecoder().decode(node.attribute[0]?.s)
      if (node.opType === 'If')
        node.attribute = [branch('then_branch', outer, op), branch('else_branch', outer, op)]
    }
    return toBinary(ModelProtoSchema, model)
  }

  /** The branches of the If, as the file has them. */
  function branches(bytes: Uint8Array): AttributeProto[] {
    const nodes = fromBinary(ModelProtoSchema, bytes).graph?.node ?? []
    return nodes.filter(node => node.opType === 'If').flatMap(node => node.attribute)
  }

  it('G17: a constant only a sub-graph reads is kept, under its name', async () => {
    const bytes = withIf((b, x) => b.node('Identity', [b.weight([1, 6, 8, 8])], x.shape).name)
    expect(await roundTrip(bytes)).toBe(0)
  })

  it('G17: a name only a sub-graph reads must be defined', () => {
    expect(() => readOnnx(withIf(() => 'nowhere'))).toThrow(/reads nowhere/)
  })

  it('G17: channels a sub-graph reads are not dropped', async () => {
    const graph = readOnnx(withIf((_, x) => x.name))
    expect(await worstTwin(graph)).toBeLessThanOrEqual(TOLERANCE)
  })

  it('an old model is raised where its sub-graphs mean the same in the canonical set, byte for byte', async () => {
    const bytes = withIf((b, x) => b.node('Softmax', [x.name], x.shape).name, { opset: 12 })
    expect(readOnnx(bytes).opset).toBe(18)
    expect(branches(writeOnnx(readOnnx(bytes)))).toEqual(branches(bytes))
    expect(await roundTrip(bytes)).toBe(0)
  })

  it('an old model keeps its set where a sub-graph has an operator that changed', async () => {
    const bytes = withIf((b, x) => b.node('Softmax', [x.name], x.shape).name, { opset: 12, op: 'Softmax' })
    expect(readOnnx(bytes).opset).toBe(12)
    expect(branches(writeOnnx(readOnnx(bytes)))).toEqual(branches(bytes))
    expect(await roundTrip(bytes)).toBe(0)
  })
})
