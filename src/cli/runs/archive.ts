import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import * as z from 'zod'

/**
 * A run in one file is a gzipped tar archive: first `manifest.json`, then the files of the run's folder. Unlike ZIP, tar says
 * a file's size before its bytes, so that both ways stream, in constant memory, and no file is too large.
 */
export const MANIFEST = 'manifest.json'

/** What of a run's folder goes with it: its locks, and what is half written, do not. */
const runFile =
  /^(run\.sqlite|report\.html|log\.jsonl|(original|best(-[\w.%]+)?|models\/trial-\d+)\.[a-z][a-z.]*)(?<!\.tmp)$/

/** Whether a path, relative to a run's folder and with slashes, is that of a file that goes with the run. */
export function isRunFile(path: string): boolean {
  return runFile.test(path)
}

/** One that is a single folder's name wherever it is joined to a path. */
const folderName = z
  .string()
  .refine(
    name => name === basename(name) && !/^\.{0,2}$|[\\/:\0]/.test(name),
    'expected the name of a folder',
  )

export const manifestSchema = z.strictObject({
  format: z.literal('pare-run'),
  version: z.literal(1),
  /** What the run was called. */
  run: folderName,
  files: z.record(
    z.string().refine(isRunFile, 'expected the name of a file of a run'),
    z.strictObject({ bytes: z.number().int().nonnegative(), sha256: z.string() }),
  ),
})

export type Manifest = z.infer<typeof manifestSchema>

/** What the manifest says of a file: its length in bytes and its SHA-256. */
export async function describeFile(path: string): Promise<Manifest['files'][string]> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { bytes: statSync(path).size, sha256: hash.digest('hex') }
}
