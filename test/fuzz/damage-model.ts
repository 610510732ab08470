import { create } from '@bufbuild/protobuf'
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  type ModelProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  ValueInfoProtoSchema,
} from '../../src/formats/onnx/proto/onnx_pb.js'
import type { Random } from '../../src/random.js'
import { ABSURD, ODD_NAMES, pick } from './odd.js'

/** A well-formed message that says something wrong: each changes the model in place. */
export type DamageModel = (model: ModelProto, random: Random) => void

const nodes = (model: ModelProto) => model.graph?.node ?? []
const weights = (model: ModelProto) => model.graph?.initializer ?? []
const values = (model: ModelProto) => [...(model.graph?.input ?? []), ...(model.graph?.output ?? [])]

/** A name something in the graph has. */
function someName(model: ModelProto, random: Random): string {
  const names = [
    ...weights(model).map(t => t.name),
    ...values(model).map(v => v.name),
    ...nodes(model).flatMap(n => n.output),
  ]
  return pick(names, random) ?? ''
}

function attributeOf(model: ModelProto, random: Random): AttributeProto | undefined {
  return pick(
    nodes(model).flatMap(node => node.attribute),
    random,
  )
}

const absurdWeightShape: DamageModel = (model, random) => {
  const tensor = pick(weights(model), random)
  if (tensor === undefined) return
  const choice = random.below(4)
  if (choice === 0) tensor.dims = []
  else if (choice === 1) tensor.dims = [...tensor.dims].reverse()
  else if (choice === 2) tensor.dims = [...tensor.dims, ...Array.from({ length: 20_000 }, () => 1n)]
  else tensor.dims[random.below(tensor.dims.length + 1)] = pick(ABSURD, random) ?? 0n
}

/** Shapes of no elements, whose other sizes nothing checks against the data. */
const emptyWeight: DamageModel = (model, random) => {
  const tensor = pick(weights(model), random)
  if (tensor === undefined) return
  tensor.dims[random.below(tensor.dims.length + 1)] = 0n
  tensor.dims[random.below(tensor.dims.length + 1)] = pick(ABSURD, random) ?? 0n
  tensor.rawData = new Uint8Array()
}

const wrongWeightData: DamageModel = (model, random) => {
  const tensor = pick(weights(model), random)
  if (tensor === undefined) return
  const choice = random.below(5)
  if (choice === 0) tensor.rawData = tensor.rawData.subarray(random.below(tensor.rawData.length + 1))
  else if (choice === 1) tensor.rawData = new Uint8Array()
  else if (choice === 2) tensor.floatData = [1, 2, 3]
  else if (choice === 3) {
    tensor.rawData = new Uint8Array()
    tensor.int32Data = [-1, 2 ** 31 - 1]
  } else tensor.rawData = Buffer.concat([tensor.rawData, new Uint8Array(1 + random.below(9))])
}

const wrongElementType: DamageModel = (model, random) => {
  const code = random.below(45) - 2
  const tensor = pick(weights(model), random)
  const value = pick(values(model), random)
  if (random.below(2) === 0 && tensor !== undefined) tensor.dataType = code
  else if (value?.type?.value.case === 'tensorType') value.type.value.value.elemType = code
}

const externalData: DamageModel = (model, random) => {
  const tensor = pick(weights(model), random)
  if (tensor === undefined) return
  const place = [
    '../../../etc/passwd',
    '/etc/passwd',
    '/dev/zero',
    '',
    'C:\\x',
    'a\0b',
    '.',
    'missing.bin',
    'child.ts',
  ]
  tensor.dataLocation = TensorProto_DataLocation.EXTERNAL
  tensor.externalData = Object.entries({
    location: pick(place, random) ?? '',
    offset: String(pick(ABSURD, random)),
    length: String(pick(ABSURD, random)),
  }).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }))
  if (random.below(2) === 0) tensor.rawData = new Uint8Array()
}

const absurdValueShape: DamageModel = (model, random) => {
  const type = pick(values(model), random)?.type?.value
  if (type?.case !== 'tensorType') return
  const dims = type.value.shape?.dim ?? []
  const dim = pick(dims, random)
  const choice = random.below(5)
  if (choice === 0) type.value.shape = undefined!
  else if (choice === 1) dims.push(...dims)
  else if (choice === 4) for (let i = 0; i < 40; i++) dims.push(...dims.slice(-4))
  else if (choice === 2 && dim !== undefined) dim.value = { case: undefined }
  else if (dim !== undefined) dim.value = { case: 'dimValue', value: pick(ABSURD, random) ?? 0n }
}

const wrongType: DamageModel = (model, random) => {
  const value = pick(values(model), random)
  if (value !== undefined) Reflect.deleteProperty(value, 'type')
}

const cycle: DamageModel = (model, random) => {
  const [early, late] = [pick(nodes(model), random), pick(nodes(model), random)]
  if (early === undefined || late === undefined) return
  early.input[random.below(early.input.length + 1)] = late.output[0] ?? ''
}

const shuffled: DamageModel = (model, random) => {
  if (model.graph === undefined) return
  const keys = new Map(model.graph.node.map(node => [node, random.uniform()]))
  model.graph.node.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0))
}

const renamed: DamageModel = (model, random) => {
  const name = random.below(2) === 0 ? someName(model, random) : (pick(ODD_NAMES, random) ?? '')
  const node = pick(nodes(model), random)
  const choice = random.below(6)
  if (choice === 0 && node !== undefined) node.input[random.below(node.input.length + 1)] = name
  else if (choice === 1 && node !== undefined) node.output[random.below(node.output.length + 1)] = name
  else if (choice === 2 && node !== undefined) node.name = name
  else if (choice === 3) for (const weight of weights(model).slice(0, 2)) weight.name = name
  else if (choice === 4) for (const value of values(model).slice(0, 2)) value.name = name
  else if (node !== undefined) node.opType = name
}

const missing: DamageModel = (model, random) => {
  const graph = model.graph
  if (graph === undefined) return
  const list = pick<unknown[]>([graph.initializer, graph.input, graph.output, graph.node], random) ?? []
  if (random.below(3) === 0) list.length = 0
  else list.splice(random.below(list.length + 1), 1)
}

const doubled: DamageModel = (model, random) => {
  const graph = model.graph
  if (graph === undefined) return
  const list = pick<unknown[]>([graph.initializer, graph.input, graph.output, graph.node], random) ?? []
  list.splice(random.below(list.length + 1), 0, ...list.slice(-1 - random.below(2)))
}

const fewerInputs: DamageModel = (model, random) => {
  const node = pick(nodes(model), random)
  if (node === undefined) return
  const list = random.below(3) === 0 ? node.output : node.input
  list.length = random.below(list.length + 1)
}

/** An operator given the inputs and attributes of another. */
const otherOperator: DamageModel = (model, random) => {
  const [to, from] = [pick(nodes(model), random), pick(nodes(model), random)]
  if (to === undefined || from === undefined) return
  const known = [
    'Conv',
    'Gemm',
    'Concat',
    'Flatten',
    'Constant',
    'Identity',
    'MaxPool',
    'PRelu',
    'BatchNormalization',
    'Cast',
    'Clip',
    'Dropout',
    'Pad',
    'ReduceMean',
    'Resize',
    'Slice',
    'Softmax',
    'Split',
    'Squeeze',
    'TopK',
    'Upsample',
  ]
  to.opType = random.below(2) === 0 ? from.opType : (pick(known, random) ?? '')
}

const absurdAttribute: DamageModel = (model, random) => {
  const attribute = attributeOf(model, random)
  if (attribute === undefined) return
  const choice = random.below(5)
  if (choice === 0) attribute.type = random.below(18) as AttributeProto_AttributeType
  else if (choice === 1) attribute.name = pick(ODD_NAMES, random) ?? ''
  else if (choice === 2) attribute.ints = []
  else {
    attribute.i = pick(ABSURD, random) ?? 0n
    attribute.ints = attribute.ints.map(value =>
      random.below(2) === 0 ? (pick(ABSURD, random) ?? 0n) : value,
    )
  }
}

const noAttribute: DamageModel = (model, random) => {
  const node = pick(nodes(model), random)
  if (node !== undefined) node.attribute.splice(random.below(node.attribute.length + 1), 1)
}

const manyNodes: DamageModel = model => {
  const [input] = model.graph?.input ?? []
  for (let i = 0; i < 20_000; i++) {
    const read = i === 0 ? (input?.name ?? '') : `deep${i - 1}`
    model.graph?.node.push(create(NodeProtoSchema, { opType: 'Relu', input: [read], output: [`deep${i}`] }))
  }
}

/** Sub-graphs within sub-graphs. */
const nested: DamageModel = (model, random) => {
  let graph = create(GraphProtoSchema, {
    output: [create(ValueInfoProtoSchema, { name: someName(model, random) })],
  })
  const depth = [1, 10, 95, 300][random.below(4)]!
  for (let level = 0; level < depth; level++) {
    const then = create(AttributeProtoSchema, {
      name: 'then_branch',
      type: AttributeProto_AttributeType.GRAPH,
      g: graph,
    })
    graph = create(GraphProtoSchema, {
      node: [create(NodeProtoSchema, { opType: 'If', input: ['x'], output: ['y'], attribute: [then] })],
    })
  }
  model.graph?.node.push(...graph.node)
}

const wrongOpset: DamageModel = (model, random) => {
  const version = random.below(2) === 0 ? (pick(ABSURD, random) ?? 0n) : BigInt(7 + random.below(20))
  const domain = pick(['', 'ai.onnx', 'com.example', '__proto__', 'a\nb'], random) ?? ''
  if (random.below(2) === 0) model.opsetImport = []
  model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain, version }))
  if (random.below(4) === 0) model.irVersion = pick(ABSURD, random) ?? 0n
}

const oddMetadata: DamageModel = (model, random) => {
  const key = pick(ODD_NAMES, random) ?? ''
  model.metadataProps.push(create(StringStringEntryProtoSchema, { key, value: key }))
}

export const damageModel: Readonly<Record<string, DamageModel>> = {
  absurdWeightShape,
  emptyWeight,
  wrongWeightData,
  wrongElementType,
  externalData,
  absurdValueShape,
  wrongType,
  cycle,
  shuffled,
  renamed,
  missing,
  doubled,
  fewerInputs,
  otherOperator,
  absurdAttribute,
  noAttribute,
  manyNodes,
  nested,
  wrongOpset,
  oddMetadata,
}
