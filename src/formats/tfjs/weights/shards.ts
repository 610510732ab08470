import { readFile } from 'node:fs/promises'
import type { Tensor } from '../../../graph/types.js'
import { locate } from '../../locate.js'
import { decodeGroup, type Weights } from './decode.js'
import type { Manifest } from './manifest.js'

/**
 * The weights that a manifest lists, from the shards beside the model.json.
 * @param folder the folder of the model.json; no shard outside it is read
 * @throws GraphError for a shard that is missing, elsewhere, or of another size than its weights need
 */
export async function readWeights(folder: string, manifest: Manifest): Promise<Weights> {
  const tensors = new Map<string, Tensor>()
  const skipped = new Map<string, string>()
  for (const { paths, weights } of manifest) {
    const files = await Promise.all(paths.map(path => locate(folder, path, `shard ${path}`)))
    const bytes = Buffer.concat(await Promise.all(files.map(file => readFile(file))))
    decodeGroup(weights, bytes, tensors, skipped)
  }
  return { tensors, skipped }
}
