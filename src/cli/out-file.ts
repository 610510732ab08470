import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { UsageError } from './error.js'

/** @throws UsageError where `out` cannot be written without harm: it is the input, or exists and may not be replaced. */
export function assertWritable(out: string, input: string, overwrite: boolean): void {
  const folder = dirname(out)
  if (!existsSync(folder)) throw new UsageError(`--out ${out}: there is no folder ${folder}`)
  if (!existsSync(out)) return
  if (existsSync(input) && realpathSync(out) === realpathSync(input))
    throw new UsageError(`--out ${out}: is the model itself; choose another file`)
  if (!statSync(out).isFile()) throw new UsageError(`--out ${out}: expected a file`)
  if (!overwrite) throw new UsageError(`--out ${out}: exists; pass --overwrite to replace it`)
}
