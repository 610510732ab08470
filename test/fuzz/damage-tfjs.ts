import type { Random } from '../../src/random.js'
import { at, type Json, oddValue, type Place, places, put } from './damage-json.js'
import { ODD_NAMES, pick } from './odd.js'

/** A TF.js folder in the making: the parsed model.json, changed in place, and its shards by path. */
export interface TfjsModel {
  readonly json: Json
  readonly shards: Map<string, Uint8Array>
}

export type DamageTfjs = (model: TfjsModel, random: Random) => void

/** Places whose key, or the key of a list they are in, is one of these. */
function keyed(json: Json, ...keys: readonly string[]): Place[] {
  const all = places(json)
  const holders = new Set(all.filter(({ key }) => keys.includes(key)).map(at))
  return all.filter(place => keys.includes(place.key) || holders.has(place.holder))
}

const change =
  (where: (json: Json) => readonly Place[]): DamageTfjs =>
  ({ json }, random) => {
    const place = pick(where(json), random)
    if (place !== undefined) put(place, oddValue(at(place), random))
  }

const anywhere = change(places)
const inManifest = change(json => keyed(json, 'weightsManifest').flatMap(place => places(at(place))))
const inShapes = change(json => keyed(json, 'shape', 'dim', 'size', 'batch_input_shape', 'batch_shape'))
const inQuantization = change(json =>
  keyed(json, 'quantization').flatMap(place => [place, ...places(at(place))]),
)
const inAttributes = change(json => keyed(json, 'attr').flatMap(place => places(at(place))))
const inConfig = change(json => keyed(json, 'config').flatMap(place => places(at(place))))
const inConnections = change(json =>
  keyed(json, 'inbound_nodes', 'input', 'input_layers', 'output_layers', 'signature').flatMap(place => [
    place,
    ...places(at(place)),
  ]),
)

const missing: DamageTfjs = ({ json }, random) => {
  const place = pick(places(json), random)
  if (place === undefined) return
  if (Array.isArray(place.holder)) place.holder.splice(Number(place.key), 1)
  else Reflect.deleteProperty(place.holder, place.key)
}

/** A part of the model where another part stood. */
const moved: DamageTfjs = ({ json }, random) => {
  const all = places(json)
  const [to, from] = [pick(all, random), pick(all, random)]
  if (to !== undefined && from !== undefined) put(to, structuredClone(at(from)))
}

const doubled: DamageTfjs = ({ json }, random) => {
  const lists = places(json).map(at).filter(Array.isArray)
  const list = pick(lists, random)
  list?.push(...structuredClone(list.slice(-1 - random.below(3))))
}

/** A node that reads one behind it, or a layer likewise. */
const cycle: DamageTfjs = ({ json }, random) => {
  const all = places(json)
  const names = all.filter(({ key }) => key === 'name').map(at)
  const texts = all.filter(
    place => typeof at(place) === 'string' && names.includes(at(place)) && place.key !== 'name',
  )
  for (let i = 0; i < 1 + random.below(3); i++) {
    const [place, name] = [pick(texts, random), pick(names, random)]
    if (place !== undefined && name !== undefined) put(place, name)
  }
}

/** A name that every object has, wherever the model uses some name. */
const renamed: DamageTfjs = ({ json }, random) => {
  const all = places(json)
  const name = pick(
    all.filter(({ key }) => key === 'name' || key === 'op' || key === 'class_name'),
    random,
  )
  if (name === undefined) return
  const before = at(name)
  const after = pick([...ODD_NAMES, 'toString', 'hasOwnProperty', 'valueOf'], random)!
  const everywhere = random.below(2) === 0
  for (const place of all) if (at(place) === before && (everywhere || place === name)) put(place, after)
}

const renamedKey: DamageTfjs = ({ json }, random) => {
  const place = pick(
    places(json).filter(({ holder }) => !Array.isArray(holder)),
    random,
  )
  if (place === undefined) return
  const value = at(place)
  Reflect.deleteProperty(place.holder, place.key)
  put({ ...place, key: pick(['__proto__', 'constructor', 'toString', ''], random)! }, value)
}

const ESCAPES = [
  '../../../etc/passwd',
  '/etc/passwd',
  '/dev/zero',
  '',
  '.',
  '..',
  'a\0b',
  'C:\\x',
  'missing.bin',
  'model.json',
]

const otherShard: DamageTfjs = ({ json }, random) => {
  const paths = keyed(json, 'paths').filter(({ holder }) => Array.isArray(holder))
  const place = pick(paths, random)
  if (place === undefined) return
  if (random.below(3) === 0 && Array.isArray(place.holder)) {
    for (let i = 0; i < pick([1, 5, 3000], random)!; i++) place.holder.push(at(place))
  } else put(place, pick(ESCAPES, random)!)
}

const otherLength: DamageTfjs = ({ shards }, random) => {
  const [path, bytes] = pick([...shards], random) ?? []
  if (path === undefined || bytes === undefined) return
  const choice = random.below(4)
  if (choice === 0) shards.delete(path)
  else if (choice === 1) shards.set(path, new Uint8Array())
  else if (choice === 2) shards.set(path, bytes.subarray(0, random.below(bytes.length + 1)))
  else shards.set(path, Buffer.concat([bytes, new Uint8Array(1 + random.below(9))]))
}

/** Sizes, axes, paddings and permutations that mean nothing or too much: the integers among the weights. */
const absurdNumber: DamageTfjs = ({ json, shards }, random) => {
  const [bytes] = shards.values()
  if (bytes === undefined) return
  const integers: number[] = []
  let offset = 0
  for (const place of keyed(json, 'weights')) {
    if (!Array.isArray(place.holder)) continue
    const spec = at(place)
    if (typeof spec !== 'object' || spec === null || Array.isArray(spec) || !Array.isArray(spec.shape))
      continue
    const count = spec.shape.reduce<number>((product, size) => product * Number(size), 1)
    if (spec.dtype === 'int32') for (let i = 0; i < count; i++) integers.push(offset + 4 * i)
    const width =
      typeof spec.quantization !== 'object' ? 4 : JSON.stringify(spec.quantization).includes('uint8') ? 1 : 2
    offset += count * width
  }
  const place = pick(integers, random)
  if (place === undefined || place + 4 > bytes.length) return
  const numbers = [0, 1, 2, 3, -1, -2, 7, 2 ** 20, 2 ** 31 - 1, -(2 ** 31)]
  new DataView(bytes.buffer, bytes.byteOffset).setInt32(place, pick(numbers, random)!, true)
}

/** Very many nodes or layers, one behind the other. */
const manyNodes: DamageTfjs = ({ json }, random) => {
  const count = pick([1000, 20_000], random)!
  for (const place of places(json)) {
    const list = at(place)
    if (!Array.isArray(list) || !(place.key === 'node' || place.key === 'layers')) continue
    const name = (i: number) => `long${i}`
    const first =
      pick(
        places(json)
          .filter(({ key }) => key === 'name')
          .map(at),
        random,
      ) ?? ''
    for (let i = 0; i < count; i++) {
      const from = i === 0 ? first : name(i - 1)
      list.push(
        place.key === 'node'
          ? { name: name(i), op: 'Relu', input: [from], attr: {} }
          : {
              class_name: 'ReLU',
              name: name(i),
              config: { name: name(i) },
              inbound_nodes: [[[from, 0, 0, {}]]],
            },
      )
    }
    if (random.below(2) === 0) list.reverse()
    return
  }
}

/** Models within models. */
const nestedModels: DamageTfjs = ({ json }, random) => {
  const depth = pick([3, 30, 300], random)!
  for (const place of places(json)) {
    if (place.key !== 'layers') continue
    for (let i = 0; i < depth; i++)
      put(place, [{ class_name: 'Sequential', config: { name: `s${i}`, layers: at(place) } }])
    return
  }
}

export const damageTfjs: Readonly<Record<string, DamageTfjs>> = {
  anywhere,
  inManifest,
  inShapes,
  inQuantization,
  inAttributes,
  inConfig,
  inConnections,
  missing,
  moved,
  doubled,
  cycle,
  renamed,
  renamedKey,
  otherShard,
  otherLength,
  absurdNumber,
  manyNodes,
  nestedModels,
}
