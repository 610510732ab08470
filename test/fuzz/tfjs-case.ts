import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Random } from '../../src/random.js'
import type { DamagedModel } from './cases.js'
import { damageBytes } from './damage-bytes.js'
import { type Json, nested } from './damage-json.js'
import { damageTfjs } from './damage-tfjs.js'
import { pick } from './odd.js'

const root = fileURLToPath(new URL('../fixtures/tfjs', import.meta.url))
const folders = readdirSync(root, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name)
  .sort()

const SHARD = 'group1-shard1of1.bin'
const byteKinds = ['flip', 'overwrite', 'truncate', 'cut', 'splice', 'twice', 'noise']
const kinds = [...Object.keys(damageTfjs), 'text', 'shard', 'depth']

/** A TF.js folder, its model.json damaged as a value or as text, its shard in length or content. */
export function tfjsCase(number: number, random: Random): DamagedModel {
  const folder = pick(folders, random)!
  const text = readFileSync(`${root}/${folder}/model.json`, 'utf8')
  const shards = new Map<string, Uint8Array>([
    [SHARD, new Uint8Array(readFileSync(`${root}/${folder}/${SHARD}`))],
  ])
  const more = Array.from({ length: random.below(3) }, () => kinds[random.below(kinds.length)]!)
  const damage = [kinds[number % kinds.length]!, ...more]
  const json: Json = JSON.parse(text)
  for (const kind of damage) damageTfjs[kind]?.({ json, shards }, random)
  let main: Uint8Array = Buffer.from(JSON.stringify(json))
  const damaged = (bytes: Uint8Array) =>
    bytes.length > 0 ? damageBytes[pick(byteKinds, random)!]!(bytes, random) : bytes
  if (damage.includes('text')) main = damaged(main)
  if (damage.includes('shard')) shards.set(SHARD, damaged(shards.get(SHARD) ?? new Uint8Array()))
  if (damage.includes('depth')) {
    const deep = nested(pick([10, 1000, 100_000], random)!, random)
    main = Buffer.from(
      Buffer.from(main)
        .toString()
        .replace(random.below(2) === 0 ? /\[\]/ : /\{\}|true|false/, () => deep),
    )
  }
  return {
    damage: [folder, ...damage],
    main: 'model.json',
    files: new Map([...shards, ['model.json', main]]),
  }
}
