import { readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { GraphError, type Tensor } from '../../../graph/types.js'
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
    const files = await Promise.all(paths.map(path => locate(folder, path)))
    const bytes = Buffer.concat(await Promise.all(files.map(file => readFile(file))))
    decodeGroup(weights, bytes, tensors, skipped)
  }
  return { tensors, skipped }
}

/** The shard's real place. A model file is not trusted: neither `..` nor a link may lead out of its folder. */
async function locate(folder: string, path: string): Promise<string> {
  if (path.includes('\0')) throw new GraphError('a shard whose path holds a zero byte')
  const wanted = resolve(folder, path)
  if (!isInside(folder, wanted)) throw new GraphError(`shard ${path} lies outside the model's folder`)
  const file = await realpath(wanted).catch(() => null)
  if (file === null) throw new GraphError(`shard ${path} is missing`)
  if (!isInside(await realpath(folder), file)) {
    throw new GraphError(`shard ${path} lies outside the model's folder`)
  }
  if (!(await stat(file)).isFile()) throw new GraphError(`shard ${path} is no file`)
  return file
}

function isInside(folder: string, file: string): boolean {
  const path = relative(resolve(folder), file)
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
}
