import { readFile } from 'node:fs/promises'
import { GraphError, type Tensor } from '../../../graph/types.js'
import { locate } from '../../locate.js'
import { naming } from '../../naming.js'
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
    const shards = await Promise.all(files.map(file => readFile(file)))
    for (const [i, shard] of shards.entries()) assertWeights(`shard ${paths[i]}`, shard)
    const where = paths.length > 1 ? `shards ${paths[0]} to ${paths.at(-1)}` : `shard ${paths[0] ?? 'none'}`
    naming(where, () => decodeGroup(weights, Buffer.concat(shards), tensors, skipped))
  }
  return { tensors, skipped }
}

/** What stands in a shard's place where a download or a checkout did not fetch it, by how it begins. */
const others = [
  ['a Git LFS pointer', /^version https:\/\/git-lfs\./],
  ['an HTML page', /^\s*<(!doctype html|html)[\s>]/i],
] as const

function assertWeights(what: string, bytes: Uint8Array): void {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1')
  const other = others.find(([, form]) => form.test(start))
  if (other !== undefined)
    throw new GraphError(`${what}: expected weights, found ${other[0]} of ${bytes.length} bytes`)
}
