import { toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema } from '../../src/formats/onnx/proto/onnx_pb.js'
import { parseModel } from '../../src/formats/onnx/read.js'
import { HEADER_BYTES } from '../../src/formats/pare/layout.js'
import { openContainer } from '../../src/formats/pare/open.js'
import { type PareMode, writePare } from '../../src/formats/pare/write.js'
import { GraphError } from '../../src/graph/types.js'
import type { Random } from '../../src/random.js'
import { randomGraph } from '../fixtures/random-graph/random-graph.js'
import { compressed } from '../formats/pare/compressed.js'
import { sealed, tableRange, withSkeleton } from '../formats/pare/sealed.js'
import type { DamagedModel } from './cases.js'
import { damageBytes } from './damage-bytes.js'
import { damageModel } from './damage-model.js'
import { pick } from './odd.js'

const modes: readonly PareMode[] = ['exact', 'small']
const ways = ['flip', 'overwrite', 'truncate', 'cut', 'splice', 'twice', 'noise']
const parts = ['file', 'header', 'skeleton', 'table', 'data'] as const

/** The damage, where it is done, and whether the checksums are right again: with wrong ones, that is where reading ends. */
const kinds: readonly Damage[] = ways.flatMap(way => [
  { way, part: 'file', seal: false } as const,
  ...parts.map(part => ({ way, part, seal: true })),
  { part: 'message' } as const,
])

type Damage =
  | { readonly way: string; readonly part: (typeof parts)[number]; readonly seal: boolean }
  | { readonly part: 'message' }

function rangeOf(part: (typeof parts)[number], bytes: Uint8Array): readonly [number, number] {
  const [table, data] = tableRange(bytes)
  switch (part) {
    case 'file':
      return [0, bytes.length]
    case 'header':
      return [0, HEADER_BYTES]
    case 'skeleton':
      return [HEADER_BYTES, table]
    case 'table':
      return [table, data]
    case 'data':
      return [data, bytes.length]
  }
}

/** A container of a random model with quantised, shared and sparse weights, damaged with or without its checksums. */
export function pareCase(number: number, random: Random): DamagedModel {
  const mode = pick(modes, random)!
  const more = Array.from({ length: random.below(2) }, () => pick(kinds, random)!)
  const damage = [kinds[number % kinds.length]!, ...more]
  let bytes = writePare(compressed(randomGraph(random), random), mode)
  for (const one of damage) bytes = damaged(bytes, one, random)
  const told = damage.map(one =>
    one.part === 'message' ? 'message' : `${one.way} ${one.part}${one.seal ? ', sealed' : ''}`,
  )
  return { damage: [mode, ...told], main: 'model.pare', files: new Map([['model.pare', bytes]]) }
}

function damaged(bytes: Uint8Array, damage: Damage, random: Random): Uint8Array {
  if (damage.part === 'message') return otherMessage(bytes, random)
  const [start, end] = rangeOf(damage.part, bytes)
  const middle = bytes.subarray(start, end)
  if (middle.length === 0) return bytes
  const made = damageBytes[damage.way]!(middle, random)
  const file = Buffer.concat([bytes.subarray(0, start), made, bytes.subarray(end)])
  return damage.seal ? sealed(file) : file
}

/** The skeleton damaged as a message; a file that is damaged already stays. */
function otherMessage(bytes: Uint8Array, random: Random): Uint8Array {
  try {
    const model = parseModel(openContainer(bytes).skeleton)
    damageModel[pick(Object.keys(damageModel), random)!]!(model, random)
    return withSkeleton(bytes, toBinary(ModelProtoSchema, model))
  } catch (error) {
    if (error instanceof GraphError) return bytes
    throw error
  }
}
