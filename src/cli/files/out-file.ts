import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { UsageError } from '../options/error.js'
import type { ModelFile } from './model-file.js'

/**
 * @param out what the user named: the file, or the folder of a TF.js model, which need not be there
 * @throws UsageError where the file cannot be written without harm: it is the input, or exists and may not be replaced.
 */
export function assertWritable(
  out: string,
  { path }: Pick<ModelFile, 'path'>,
  input: string,
  overwrite: boolean,
): void {
  const folder = dirname(out)
  if (!existsSync(folder)) throw new UsageError(`--out ${out}: there is no folder ${folder}`)
  if (path !== out && existsSync(out) && !statSync(out).isDirectory())
    throw new UsageError(`--out ${out}: expected a folder`)
  if (!existsSync(path)) return
  if (existsSync(input) && realpathSync(path) === realpathSync(input))
    throw new UsageError(`--out ${out}: is the model itself; choose another file`)
  if (!statSync(path).isFile()) throw new UsageError(`--out ${out}: expected a file`)
  if (!overwrite) throw new UsageError(`--out ${out}: exists; pass --overwrite to replace it`)
}
