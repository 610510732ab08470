import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema } from '../../src/formats/onnx/proto/onnx_pb.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import type { Random } from '../../src/random.js'
import { randomGraph } from '../fixtures/random-graph/random-graph.js'
import type { DamagedModel } from './cases.js'
import { damageConstants } from './damage-constants.js'
import { damageModel } from './damage-model.js'
import { insertOperators } from './insert-operators.js'
import { traps } from './traps.js'

const damages = { ...insertOperators, ...traps, ...damageConstants }
const kinds = Object.keys(damages)

/** A random model that is well-formed, with operators that nothing vouches for. */
export function operatorCase(number: number, random: Random): DamagedModel {
  const model = fromBinary(ModelProtoSchema, writeOnnx(randomGraph(random)))
  const more = Array.from({ length: random.below(3) }, () => kinds[random.below(kinds.length)]!)
  const damage = [kinds[number % kinds.length]!, ...more]
  for (const kind of damage) damages[kind]?.(model, random)
  if (random.below(4) === 0) {
    damageModel.absurdAttribute?.(model, random)
    damage.push('absurdAttribute')
  }
  return { damage, main: 'model.onnx', files: new Map([['model.onnx', toBinary(ModelProtoSchema, model)]]) }
}
