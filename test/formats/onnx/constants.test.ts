/** Weights behind nodes, whatever the exporter: ONNX Runtime runs the file as it came and as pare writes it. */
import { create, toBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
} from '../../../src/formats/onnx/proto/onnx_pb.js'
import { readOnnx } from '../../../src/formats/onnx/read.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { elementTypeCodes } from '../../../src/graph/element-types.js'
import { allocate } from '../../../src/graph/tensor.js'
import type { Attribute, DType, Graph, Node, Tensor } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { roundTrip } from '../../fixtures/round-trip.js'

const node = (
  op: string,
  inputs: string[],
  output: string,
  attributes: Record<string, Attribute> = {},
): Node => ({
  id: output,
  op,
  domain: '',
  inputs,
  outputs: [output],
  attributes,
})

const castTo = (input: string, output: string, dtype: DType) =>
  node('Cast', [input], output, { to: { kind: 'int', value: elementTypeCodes[dtype] } })

/** x [n, 8] plus what `nodes` make of constants under the name `k`. */
function addition(nodes: readonly Node[], constants: Readonly<Record<string, Tensor>> = {}): Graph {
  return {
    name: 'constants',
    // The first with int4.
    irVersion: 10,
    opset: 21,
    otherOpsets: {},
    metadata: {},
    nodes: [...nodes, node('Add', ['x', 'k'], 'y')],
    initializers: new Map(Object.entries(constants)),
    inputs: [{ name: 'x', dtype: 'float32', shape: ['n', 8] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: ['n', 8] }],
  }
}

async function folded(graph: Graph): Promise<{ readonly ops: readonly string[]; readonly apart: number }> {
  const bytes = writeOnnx(graph)
  const ops = readOnnx(bytes).nodes.map(({ op }) => op)
  return { ops, apart: await roundTrip(bytes) }
}

/** Eight elements with random bits that are finite numbers of moderate size; booleans are 0 and 1. */
function constant(dtype: DType): Tensor {
  const random = randomStream(9, 0, dtype)
  const data = allocate(dtype, 8)
  for (let i = 0; i < data.length; i++) {
    const whole = random.below(dtype === 'bool' ? 2 : dtype === 'int4' ? 8 : 100)
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[i] = BigInt(whole)
    else if (dtype === 'float16') data[i] = random.below(0x7c00) | (random.below(2) << 15)
    else if (dtype === 'bfloat16') data[i] = (0x3e00 + random.below(0x200)) | (random.below(2) << 15)
    else data[i] = dtype.startsWith('float') ? random.normal() * 10 : whole
  }
  return { dtype, shape: [8], data }
}

const dtypes = Object.keys(elementTypeCodes) as DType[]

describe('a Cast of a constant', () => {
  it.each(dtypes)('from %s', async dtype => {
    const graph = addition([castTo('c', 'k', 'float32')], { c: constant(dtype) })
    expect(await folded(graph)).toEqual({ ops: ['Add'], apart: 0 })
  })

  it.each(['float64', 'int32', 'int64', 'bool'] as const)(
    'to %s and back, by way of Identities',
    async dtype => {
      const nodes = [
        node('Identity', ['c'], 'c1'),
        castTo('c1', 'c2', dtype),
        node('Identity', ['c2'], 'c3'),
        castTo('c3', 'k', 'float32'),
      ]
      for (const from of ['float32', 'float16', 'int64'] as const)
        expect(await folded(addition(nodes, { c: constant(from) }))).toEqual({ ops: ['Add'], apart: 0 })
    },
  )

  it('that pare cannot tell stays a node', async () => {
    const nodes = [castTo('c', 'half', 'float16'), castTo('half', 'k', 'float32')]
    const graph = addition(nodes, { c: constant('float32') })
    expect(await folded(graph)).toEqual({ ops: ['Cast', 'Cast', 'Add'], apart: 0 })
  })

  it.each([Number.NaN, 1e30, -3e9])('of %d to an integer stays a node, as runtimes differ', value => {
    const c = { dtype: 'float32', shape: [1], data: Float32Array.of(value) } as const
    const graph = addition([castTo('c', 'whole', 'int32'), castTo('whole', 'k', 'float32')], { c })
    expect(readOnnx(writeOnnx(graph)).nodes.map(({ op }) => op)).toEqual(['Cast', 'Cast', 'Add'])
  })
})

describe('a Constant node', () => {
  const kinds: Record<string, Attribute> = {
    value: { kind: 'tensor', value: constant('float32') },
    value_float: { kind: 'float', value: 0.25 },
    value_floats: { kind: 'floats', value: [1, 2, 3, 4, 5, 6, 7, 8.5] },
    value_int: { kind: 'int', value: -3 },
    value_ints: { kind: 'ints', value: [1, 2, 3, 4, 5, 6, 7, -8] },
  }
  it.each(Object.keys(kinds))('with %s', async kind => {
    const graph = addition([node('Constant', [], 'c', { [kind]: kinds[kind]! }), castTo('c', 'k', 'float32')])
    expect(await folded(graph)).toEqual({ ops: ['Add'], apart: 0 })
  })

  it('with a sparse value is refused', () => {
    const proto = create(AttributeProtoSchema, {
      name: 'sparse_value',
      type: AttributeProto_AttributeType.SPARSE_TENSOR,
      sparseTensor: { dims: [8n] },
    })
    const bytes = toBinary(AttributeProtoSchema, proto)
    const sparse: Attribute = { kind: 'opaque', bytes, captures: [] }
    const graph = addition([node('Constant', [], 'k', { sparse_value: sparse })])
    expect(() => readOnnx(writeOnnx(graph))).toThrow(/sparse constants are not supported/)
  })
})

describe('what files leave open', () => {
  it('nodes in any order are put in one that ONNX allows', async () => {
    const graph = addition([castTo('c', 'd', 'float32'), node('Mul', ['x', 'd'], 'k')], {
      c: constant('float16'),
    })
    const backwards = { ...graph, nodes: graph.nodes.toReversed() }
    expect(readOnnx(writeOnnx(backwards))).toEqual(readOnnx(writeOnnx(graph)))
    expect((await folded(backwards)).apart).toBe(0)
  })

  it('a cycle is refused', () => {
    const nodes = [node('Neg', ['b'], 'a'), node('Neg', ['a'], 'b'), node('Neg', ['a'], 'k')]
    expect(() => readOnnx(writeOnnx(addition(nodes)))).toThrow(/the graph has a cycle/)
  })

  it('a shape that an output does not declare stays open', async () => {
    const graph = addition([node('Neg', ['x'], 'k')])
    const open = { ...graph, outputs: graph.outputs.map(output => ({ ...output, shape: null })) }
    expect(readOnnx(writeOnnx(open)).outputs).toEqual(open.outputs)
    expect((await folded(open)).apart).toBe(0)
  })
})
