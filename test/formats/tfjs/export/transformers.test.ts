/** Transformers, whose shape arithmetic with the batch TF.js has no nodes for. */
import { describe, expect, it } from 'vitest'
import { writeTfjs } from '../../../../src/formats/tfjs/write.js'
import { channelGroups } from '../../../../src/graph/groups.js'
import { sliceGraph } from '../../../../src/graph/slice.js'
import { int64Tensor } from '../../../../src/graph/tensor.js'
import type { Graph } from '../../../../src/graph/types.js'
import { randomStream } from '../../../../src/random.js'
import { randomKept } from '../../../fixtures/policies.js'
import { Builder, type Value } from '../../../fixtures/random-graph/builder.js'
import {
  EACH,
  einsumAttention,
  HEADS,
  project,
  queries,
  TOKENS,
  transpose,
  visionTransformer,
  WIDTH,
} from '../../../fixtures/vision-transformer.js'
import { noiseInputs } from '../../../fixtures/worst-twin.js'
import { apart } from './apart.js'

function build(make: (b: Builder) => void): Graph {
  const b = new Builder(randomStream(7, 0, make.toString()))
  make(b)
  return b.graph()
}

/** Attention whose heads are put into the batch and taken out again, as tf2onnx writes Einsum. */
function headsInBatch(b: Builder): void {
  const x = b.input([TOKENS, WIDTH])
  const reshape = (value: Value, ...to: readonly number[]) =>
    b.node('Reshape', [value.name, b.integers(...to)], to.slice(1))
  const stack = () => {
    const apart = reshape(project(b, x, HEADS * EACH), -1, TOKENS, HEADS, EACH)
    return reshape(transpose(b, apart, 0, 2, 1, 3), -1, TOKENS, EACH)
  }
  const scores = b.node('MatMul', [stack().name, transpose(b, stack(), 0, 2, 1).name], [TOKENS, TOKENS])
  const shares = b.node('Softmax', [reshape(scores, -1, HEADS, TOKENS, TOKENS).name], [], { axis: -1 })
  const again = reshape({ name: shares.name, shape: [] }, -1, TOKENS, TOKENS)
  const mixed = b.node('MatMul', [again.name, stack().name], [TOKENS, EACH])
  const side = transpose(b, reshape(mixed, -1, HEADS, TOKENS, EACH), 0, 2, 1, 3)
  b.output(project(b, reshape(side, -1, TOKENS, HEADS * EACH), WIDTH))
}

const cases: readonly (readonly [string, Graph])[] = [
  ...Object.entries(queries).map(
    ([name, qkv]) => [`a class token, ${name}`, build(b => visionTransformer(b, qkv))] as const,
  ),
  ['a class token, Einsum', build(einsumAttention)],
  ['heads in the batch', build(headsInBatch)],
]

describe('what ONNX Runtime computes, TF.js computes from what is written', () => {
  it.each(cases)('%s, whole and pruned', async (_, graph) => {
    const inputs = noiseInputs(graph)
    expect(await apart(graph, inputs)).toBeLessThanOrEqual(1e-4)
    const { groups } = channelGroups(graph)
    expect(groups.length).toBeGreaterThan(0)
    const kept = randomKept(groups, randomStream(2, 0, 'kept'))
    expect(await apart(sliceGraph(graph, groups, kept), inputs)).toBeLessThanOrEqual(1e-4)
  })

  it('numbers for each sample, not along the first axis', async () => {
    const graph = build(b => {
      const x = b.input([3, 4, 5])
      const shape = b.node('Shape', [x.name], [])
      const batch = b.node('Gather', [shape.name, b.integers(0)], [], { axis: 0 })
      const sizes = b.node('Concat', [b.integers(2), batch.name, b.integers(3)], [], { axis: 0 })
      const ones = b.node('Exp', [b.node('ConstantOfShape', [sizes.name], []).name], [])
      const rows = b.node('Expand', [b.weight([1, 3]), sizes.name], [])
      const sum = b.node('Add', [ones.name, rows.name], [])
      b.output({ ...b.node('Transpose', [sum.name], [], { perm: [1, 0, 2] }), shape: [2, 3] })
      b.output(b.node('Relu', [x.name], x.shape))
    })
    expect(await apart(graph, noiseInputs(graph))).toBeLessThanOrEqual(1e-4)
  })

  it('refuses a repetition by another size that depends on the batch', () => {
    const graph = build(b => {
      const shape = b.node('Shape', [b.input([3]).name], [])
      const batch = b.node('Gather', [shape.name, b.integers(0)], [], { axis: 0 })
      const twice = b.node('Mul', [batch.name, b.constant(int64Tensor([1], [2]))], [])
      const sizes = b.node('Concat', [twice.name, b.integers(3)], [], { axis: 0 })
      b.output(b.node('Expand', [b.weight([1, 3]), sizes.name], []))
    })
    expect(() => writeTfjs(graph)).toThrow(/^node Expand_4 \(Expand\): it repeats a value as many times as/)
  })
})
