import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep, win32 } from 'node:path'
import { GraphError } from '../graph/types.js'

/**
 * The real place of a file that a model names, such as one of its weights. A model is not trusted: neither an absolute
 * path, nor `..`, nor a link may lead out of its folder.
 * @param what names the file in messages
 * @throws GraphError for a file that is missing, elsewhere or none
 */
export async function locate(folder: string, path: string, what: string): Promise<string> {
  if (path.includes('\0')) throw new GraphError(`${what}: its path holds a zero byte`)
  const wanted = resolve(folder, path)
  if (win32.isAbsolute(path) || !isInside(folder, wanted))
    throw new GraphError(`${what} lies outside the model's folder`)
  const file = await realpath(wanted).catch(() => null)
  if (file === null) throw new GraphError(`${what} is missing`)
  if (!isInside(await realpath(folder), file)) throw new GraphError(`${what} lies outside the model's folder`)
  if (!(await stat(file)).isFile()) throw new GraphError(`${what} is no file`)
  return file
}

function isInside(folder: string, file: string): boolean {
  const path = relative(resolve(folder), file)
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
}
