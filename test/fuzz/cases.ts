import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema } from '../../src/formats/onnx/proto/onnx_pb.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { randomStream } from '../../src/random.js'
import { randomGraph } from '../fixtures/random-graph/random-graph.js'
import { loadZoo, smallZooFolder } from '../fixtures/zoo.js'
import { damageBytes } from './damage-bytes.js'
import { damageModel } from './damage-model.js'

/** A damaged model file and what was done to it. */
export interface FuzzCase {
  readonly name: string
  readonly bytes: Uint8Array
}

const exported = ['two_heads', 'conv_flatten_fc', 'unet_tiny'].map(
  name => loadZoo(smallZooFolder, name).bytes,
)
const kinds = [...Object.keys(damageModel), ...Object.keys(damageBytes)]

/** The case of a number: kinds of damage in turn, one of them or several on top of each other. */
export function fuzzCase(seed: number, number: number): FuzzCase {
  const random = randomStream(seed, number, 'fuzz')
  const original = exported[random.below(2 * exported.length)] ?? writeOnnx(randomGraph(random))
  const more = Array.from({ length: random.below(3) }, () => kinds[random.below(kinds.length)]!)
  const chosen = [kinds[number % kinds.length]!, ...more]
  const model = fromBinary(ModelProtoSchema, original)
  for (const kind of chosen) damageModel[kind]?.(model, random)
  let bytes = chosen.some(kind => kind in damageModel) ? toBinary(ModelProtoSchema, model) : original
  for (const kind of chosen) if (bytes.length > 0) bytes = damageBytes[kind]?.(bytes, random) ?? bytes
  return { name: `seed ${seed}, case ${number}: ${chosen.join(', ')}`, bytes }
}
