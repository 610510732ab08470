import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import type { Graph } from '../../graph/types.js'
import type { Storage } from './weights/quantize.js'
import { type TfjsModel, writeTfjs } from './write.js'

/** The size at which TF.js' own converter begins another file. */
const SHARD_BYTES = 4 * 2 ** 20

/** A file of a model, by its path relative to the model.json. */
interface ModelFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/**
 * Writes a Graph as a TF.js graph model: `file`, and beside it the shards of its weights.
 *
 * All is written beside its place first. The shards' names hold a hash of what is in them, and `file` is renamed last, so
 * that whatever happens on the way, it is the old model or the new one, whole. Shards of a model that it replaces go.
 * @param file path of the model.json; its folder must be there
 * @param storage constants that are stored in fewer bytes
 * @returns bytes of all files
 * @throws GraphError in one line that names the node that TF.js cannot hold; nothing is written then
 */
export function saveTfjs(file: string, graph: Graph, storage: Storage = new Map()): number {
  const { shards, json } = layOut(shardStem(file), writeTfjs(graph, storage))
  const before = ownShards(file)
  const folder = dirname(file)
  const files = [...shards, { path: basename(file), bytes: Buffer.from(json) }]
  const beside = files.map(({ path }) => join(folder, `${path}.tmp`))
  try {
    for (const [i, { bytes }] of files.entries()) writeFileSync(beside[i]!, bytes)
    for (const [i, { path }] of files.entries()) renameSync(beside[i]!, join(folder, path))
  } catch (error) {
    remove(beside)
    remove(shards.flatMap(({ path }) => (before.includes(path) ? [] : [join(folder, path)])))
    throw error
  }
  const placed = shards.map(({ path }) => path)
  remove(before.flatMap(path => (placed.includes(path) ? [] : [join(folder, path)])))
  return files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0)
}

function remove(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true })
}

/** What a model's shards begin with: its name, in letters that stand in a URL as they are. */
function shardStem(file: string): string {
  return `${basename(file, '.json').replaceAll(/[^A-Za-z0-9._-]/g, '_')}-`
}

/** The shards of a model, and its model.json, which lists them. */
function layOut(
  stem: string,
  { weightSpecs, weightData, ...document }: TfjsModel,
): { readonly shards: readonly ModelFile[]; readonly json: string } {
  const hash = createHash('sha256').update(weightData).digest('hex').slice(0, 8)
  const count = Math.max(1, Math.ceil(weightData.byteLength / SHARD_BYTES))
  const shards = Array.from({ length: count }, (_, i) => ({
    path: `${stem}${hash}-shard${i + 1}of${count}.bin`,
    bytes: weightData.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES),
  }))
  const weightsManifest = [{ paths: shards.map(({ path }) => path), weights: weightSpecs }]
  return { shards, json: JSON.stringify({ ...document, weightsManifest }) }
}

const manifest = z.object({ weightsManifest: z.array(z.object({ paths: z.array(z.string()) })) })

/** The shards that the model at `file` has from an earlier save; what was not written here is left alone. */
function ownShards(file: string): string[] {
  if (!existsSync(file)) return []
  const { data } = manifest.safeParse(json(readFileSync(file, 'utf8')))
  const stem = shardStem(file)
  const paths = data?.weightsManifest.flatMap(({ paths }) => paths) ?? []
  return paths.filter(
    path => path.startsWith(stem) && /^[0-9a-f]{8}-shard\d+of\d+\.bin$/.test(path.slice(stem.length)),
  )
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
