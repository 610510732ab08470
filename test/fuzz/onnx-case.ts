import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema } from '../../src/formats/onnx/proto/onnx_pb.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import type { Random } from '../../src/random.js'
import { randomGraph } from '../fixtures/random-graph/random-graph.js'
import { loadZoo, smallZooFolder } from '../fixtures/zoo.js'
import type { DamagedModel } from './cases.js'
import { damageBytes } from './damage-bytes.js'
import { damageModel } from './damage-model.js'

const exported = ['two_heads', 'conv_flatten_fc', 'unet_tiny'].map(
  name => loadZoo(smallZooFolder, name).bytes,
)
const kinds = [...Object.keys(damageModel), ...Object.keys(damageBytes)]

/** An exported or random .onnx file, damaged as a message or as bytes or both. */
export function onnxCase(number: number, random: Random): DamagedModel {
  const original = exported[random.below(2 * exported.length)] ?? writeOnnx(randomGraph(random))
  const more = Array.from({ length: random.below(3) }, () => kinds[random.below(kinds.length)]!)
  const damage = [kinds[number % kinds.length]!, ...more]
  const model = fromBinary(ModelProtoSchema, original)
  for (const kind of damage) damageModel[kind]?.(model, random)
  let bytes = damage.some(kind => kind in damageModel) ? toBinary(ModelProtoSchema, model) : original
  for (const kind of damage) if (bytes.length > 0) bytes = damageBytes[kind]?.(bytes, random) ?? bytes
  return { damage, main: 'model.onnx', files: new Map([['model.onnx', bytes]]) }
}
