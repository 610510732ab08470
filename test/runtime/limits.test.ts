import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { expect, it } from 'vitest'
import {
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from '../../src/formats/onnx/proto/onnx_pb.js'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { randomStream } from '../../src/random.js'
import { simplify } from '../../src/runtime/simplify.js'
import { Builder } from '../fixtures/random-graph/builder.js'
import { addIntegers, makeNode } from '../fuzz/message.js'

const value = (name: string, elemType: DataType) =>
  create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType, shape: { dim: [] } } } },
  })

/** A model whose output is that of a loop of `turns`. */
function looping(turns: bigint) {
  const b = new Builder(randomStream(1, 0, 'loop'))
  const x = b.input([1])
  b.output(b.node('Relu', [x.name], [1]))
  const model = fromBinary(ModelProtoSchema, writeOnnx(b.graph()))
  const body = create(GraphProtoSchema, {
    name: 'body',
    input: [value('i', DataType.INT64), value('go', DataType.BOOL), value('at', DataType.INT64)],
    output: [value('goOn', DataType.BOOL), value('next', DataType.INT64)],
    node: [makeNode('Identity', ['go'], ['goOn']), makeNode('Identity', ['at'], ['next'])],
  })
  const go = create(TensorProtoSchema, { name: 'true', dataType: DataType.BOOL, int32Data: [1] })
  model.graph!.initializer.push(go)
  const [count, zero] = [addIntegers(model, [turns], []), addIntegers(model, [0n], [])]
  model.graph!.node.push(makeNode('Loop', [count, 'true', zero], ['last'], { body }))
  model.graph!.output.push(value('last', DataType.INT64))
  return readOnnx(toBinary(ModelProtoSchema, model))
}

it('refuses a model whose loop does not end, and then takes one whose loop does', async () => {
  await expect(simplify(looping(2n ** 62n))).rejects.toThrow(/one run of the model takes more than 5 s/)
  expect((await simplify(looping(3n))).observed?.get('last')).toEqual([])
})

it('folds constants that are small to write down only up to a sum', async () => {
  const b = new Builder(randomStream(1, 0, 'fold'))
  const x = b.input([2 ** 16])
  for (let i = 0; i < 100; i++) {
    const same = b.node('Expand', [b.scalar(i), b.integers(2 ** 16)], [2 ** 16])
    const large = b.node('Neg', [same.name], [2 ** 16])
    b.output(b.node('Add', [x.name, large.name], [2 ** 16]))
  }
  const { initializers, nodes } = await simplify(b.graph())
  const elements = [...initializers.values()].reduce((sum, { data }) => sum + data.length, 0)
  expect(elements).toBeGreaterThan(2 ** 16)
  expect(elements).toBeLessThanOrEqual(2 ** 22 + 1000)
  expect(nodes.some(({ op }) => op === 'Expand')).toBe(true)
})
