import { create } from '@bufbuild/protobuf'
import {
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  type ModelProto,
  type NodeProto,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from '../../src/formats/onnx/proto/onnx_pb.js'
import type { Random } from '../../src/random.js'
import type { DamageModel } from './damage-model.js'
import { addFloats, addIntegers, insertBehind, makeNode, newName, someValue } from './message.js'
import { pick } from './odd.js'

/** Puts nodes behind some value; the last of them makes what is read in its place. */
function behind(
  make: (model: ModelProto, from: string, made: string, random: Random) => NodeProto[],
): DamageModel {
  return (model, random) => {
    const [from, made] = [someValue(model, random), newName(model)]
    insertBehind(model, from, make(model, from, made, random), made)
  }
}

/** A chain of `length` nodes from `from` to `made`. */
function chain(
  from: string,
  made: string,
  length: number,
  link: (read: string, write: string, i: number) => NodeProto,
): NodeProto[] {
  const name = (i: number) => (i === 0 ? from : i === length ? made : `${made}_${i}`)
  return Array.from({ length }, (_, i) => link(name(i), name(i + 1), i))
}

/** A list of sizes that each step makes twice as long. */
const doubledSizes = behind((_, from, made) => [
  makeNode('Shape', [from], [`${made}s`]),
  ...chain(`${made}s`, `${made}t`, 40, (read, write) =>
    makeNode('Concat', [read, read], [write], { axis: 0n }),
  ),
  makeNode('Reshape', [from, `${made}t`], [made]),
])

/** A size that depends on another along 2^n ways. */
const wovenSizes = behind((_, from, made, random) => {
  const op = pick(['Max', 'Min', 'Where', 'Mul'], random)!
  return [
    makeNode('Shape', [from], [`${made}s`]),
    ...chain(`${made}s`, `${made}t`, pick([60, 20_000], random)!, (read, write) =>
      makeNode(op, op === 'Where' ? [read, read, read] : [read, read], [write]),
    ),
    makeNode('Reshape', [from, `${made}t`], [made]),
  ]
})

/** Constants that are small to write down and large to work out. */
const largeConstants = behind((model, from, made, random) => {
  const size = pick([2n ** 16n, 2n ** 16n, 2n ** 26n, 2n ** 31n - 1n, 2n ** 40n], random)!
  const count = pick([1, 50, 5000], random)!
  const op = pick(['Expand', 'ConstantOfShape', 'Tile', 'Range'], random)!
  const [one, wanted] = [addFloats(model, [1]), addIntegers(model, [size])]
  const scalars = [0n, size, 1n].map(value => addIntegers(model, [value], []))
  const inputs = op === 'ConstantOfShape' ? [wanted] : op === 'Range' ? scalars : [one, wanted]
  return chain(from, made, count, (read, write) => makeNode('Add', [read, `${write}r`], [write])).flatMap(
    step => {
      const [write = ''] = step.output
      const reduced = makeNode('ReduceMax', [`${write}c`], [`${write}r`], { keepdims: 0n })
      return [makeNode(op, inputs, [`${write}c`]), reduced, step]
    },
  )
})

/** Each step makes the value twice as large. */
const doubledValue = behind((model, from, made, random) => {
  const op = pick(['Tile', 'Concat', 'Pad', 'Resize'], random)!
  const repeats = addIntegers(model, [1n, 1n, 2n, 1n])
  const factors = addFloats(model, [1, 1, 2, 1])
  return chain(from, made, pick([12, 18, 28, 60], random)!, (read, write) => {
    if (op === 'Concat') return makeNode(op, [read, read], [write], { axis: 2n })
    return op === 'Resize'
      ? makeNode(op, [read, '', factors], [write])
      : makeNode('Tile', [read, repeats], [write])
  })
})

/** Channels along several axes of a large value. */
const spreadChannels = behind((model, from, made, random) => [
  makeNode(
    'Tile',
    [from, addIntegers(model, [1n, 1n, pick([2n ** 6n, 2n ** 12n, 2n ** 20n], random)!, 16n])],
    [`${made}t`],
  ),
  makeNode('Flatten', [`${made}t`], [`${made}f`], { axis: 1n }),
  makeNode('Relu', [`${made}f`], [`${made}r`]),
  makeNode('ReduceMean', [`${made}r`, addIntegers(model, [1n])], [`${made}m`]),
  makeNode('Unsqueeze', [`${made}m`, addIntegers(model, [2n, 3n])], [`${made}u`]),
  makeNode('Add', [from, `${made}u`], [made]),
])

/** A loop that may go on for ever, or whose value grows with each turn. */
const loop = behind((model, from, made, random) => {
  const grows = random.below(2) === 0
  const body = create(GraphProtoSchema, {
    name: 'body',
    input: ['i', 'go', 'x'].map(name => create(ValueInfoProtoSchema, { name, ...typed(name) })),
    output: ['go2', 'y'].map(name => create(ValueInfoProtoSchema, { name, ...typed(name) })),
    node: [
      makeNode('Identity', ['go'], ['go2']),
      grows ? makeNode('Concat', ['x', 'x'], ['y'], { axis: 0n }) : makeNode('Identity', ['x'], ['y']),
    ],
  })
  const turns = addIntegers(model, [pick([3n, 40n, 2n ** 62n], random)!], [])
  model.graph?.initializer.push(
    create(TensorProtoSchema, { name: `${made}go`, dataType: DataType.BOOL, int32Data: [1] }),
  )
  return [makeNode('Loop', [turns, `${made}go`, from], [made], { body })]
})

function typed(name: string) {
  const elemType = name === 'i' ? DataType.INT64 : name.startsWith('go') ? DataType.BOOL : DataType.FLOAT
  const shape = name === 'x' || name === 'y' ? {} : { shape: { dim: [] } }
  return { type: { value: { case: 'tensorType' as const, value: { elemType, ...shape } } } }
}

/** Sizes that only the running model knows, and that are large. */
const computedSize = behind((model, from, made, random) => {
  const large = addIntegers(model, [pick([4n, 2n ** 20n, 2n ** 30n, 2n ** 40n], random)!])
  return [
    makeNode('NonZero', [from], [`${made}n`]),
    makeNode('Shape', [`${made}n`], [`${made}s`]),
    makeNode('Add', [`${made}s`, large], [`${made}b`]),
    makeNode('ReduceMax', [`${made}b`], [`${made}m`], { keepdims: 1n }),
    makeNode('ConstantOfShape', [`${made}m`], [`${made}c`]),
    makeNode('ReduceSum', [`${made}c`], [`${made}r`], { keepdims: 0n }),
    makeNode('Add', [from, `${made}r`], [made]),
  ]
})

/** A size that becomes known only after the one before it, many times over. */
const stairs = behind((model, from, made, random) => {
  const zero = addIntegers(model, [0n])
  return chain(from, made, pick([10, 300], random)!, (read, write) =>
    makeNode('Reshape', [read, `${write}a`], [write]),
  ).flatMap(step => {
    const [write = ''] = step.output
    return [
      makeNode('Shape', [step.input[0]!], [`${write}s`]),
      makeNode('Sub', [zero, `${write}s`], [`${write}n`]),
      makeNode('Abs', [`${write}n`], [`${write}a`]),
      step,
    ]
  })
})

const deepConstants = behind((model, from, made, random) => {
  const one = addFloats(model, [1])
  return [
    ...chain(one, `${made}c`, pick([100, 20_000], random)!, (read, write) =>
      makeNode('Abs', [read], [write]),
    ),
    makeNode('Mul', [from, `${made}c`], [made]),
  ]
})

/** Very many nodes of one kind, one behind the other. */
const longChain = behind((model, from, made, random) => {
  const op = pick(['Relu', 'Add', 'Mul', 'Clip', 'Sub', 'Gelu', 'Identity', 'NonZero', 'Odd'], random)!
  const one = addFloats(model, [1])
  const binary = op === 'Add' || op === 'Mul' || op === 'Sub'
  return chain(from, made, pick([1000, 20_000], random)!, (read, write) =>
    makeNode(op, binary ? [read, random.below(50) === 0 ? from : one] : [read], [write]),
  )
})

/** Very many layers side by side, joined. */
const wide = behind((model, from, made, random) => {
  const count = pick([100, 1000, 4000], random)!
  const name = (i: number) => `${made}_${i}`
  const op = pick(['PRelu', 'Mul', 'Relu'], random)!
  return [
    ...Array.from({ length: count }, (_, i) =>
      makeNode(op, op === 'Relu' ? [from] : [from, addFloats(model, [1])], [name(i)]),
    ),
    makeNode(
      'Sum',
      Array.from({ length: count }, (_, i) => name(i)),
      [made],
    ),
  ]
})

/** Every value an output of the graph. */
const manyOutputs: DamageModel = (model, random) => {
  longChain(model, random)
  const type = model.graph?.output[0]?.type
  const names = model.graph?.node.flatMap(node => node.output).slice(0, 20_000) ?? []
  for (const name of names)
    model.graph?.output.push(create(ValueInfoProtoSchema, { name, ...(type === undefined ? {} : { type }) }))
}

/** Well-formed models that cost more than their size lets expect. */
export const traps: Readonly<Record<string, DamageModel>> = {
  doubledSizes,
  wovenSizes,
  largeConstants,
  doubledValue,
  spreadChannels,
  loop,
  computedSize,
  stairs,
  deepConstants,
  longChain,
  wide,
  manyOutputs,
}
