import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { locate } from '../locate.js'
import { readModelJson } from './model-json.js'

/**
 * Bytes of a TF.js model: its model.json and the shards that it names.
 * @throws GraphError as `readTfjs` does for a file that is missing or elsewhere
 */
export async function tfjsSize(file: string): Promise<number> {
  const { weightsManifest } = await readModelJson(file)
  const paths = [...new Set(weightsManifest.flatMap(group => group.paths))]
  const shards = await Promise.all(paths.map(path => locate(dirname(file), path, `shard ${path}`)))
  const sizes = await Promise.all([file, ...shards].map(async path => (await stat(path)).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
