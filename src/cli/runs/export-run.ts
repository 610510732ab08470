import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { create } from 'tar'
import { copyDatabase } from '../../store/copy.js'
import { openRunReader } from '../../store/run-reader.js'
import { whole } from '../../ui/format.js'
import { assertWritable } from '../files/out-file.js'
import { describeFile, isRunFile, MANIFEST, type Manifest } from './archive.js'
import { existingRun, type RunFolder, writeWhole } from './run-folder.js'

/** `pare export-run`: a run's folder as one file, also while another process works on it. */
export async function exportRunCommand(
  run: string,
  { out, overwrite }: { readonly out: string; readonly overwrite: boolean },
): Promise<void> {
  const folder = existingRun(run)
  assertWritable(out, { path: out }, folder.database, overwrite)
  await assertReadable(folder)
  // Beside the file, so that it can be renamed to its place.
  const staging = mkdtempSync(`${resolve(out)}.`)
  try {
    await stage(folder, staging)
    const names = filesIn(staging)
    const files: Record<string, Manifest['files'][string]> = {}
    for (const name of names) files[name] = await describeFile(join(staging, name))
    const manifest: Manifest = { format: 'pare-run', version: 1, run: basename(folder.path), files }
    writeWhole(join(staging, MANIFEST), JSON.stringify(manifest, null, 2))
    const archive = join(staging, 'archive')
    await create({ cwd: staging, file: archive, gzip: true, portable: true, strict: true }, [
      MANIFEST,
      ...names,
    ])
    renameSync(archive, out)
    process.stdout.write(`${out}\n`)
    process.stderr.write(`${names.length} files, ${whole(statSync(out).size)} bytes\n`)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/** @throws StoreError where there is no run in the folder's database. */
async function assertReadable({ database }: RunFolder): Promise<void> {
  const reader = await openRunReader(database)
  await reader.close()
}

/** Copies a run of one moment: the database first, since the files that it names were there before their names. */
async function stage({ path, database }: RunFolder, staging: string): Promise<void> {
  mkdirSync(join(staging, 'models'))
  await copyDatabase(database, join(staging, basename(database)))
  for (const name of filesIn(path))
    if (join(path, name) !== database) copyFileSync(join(path, name), join(staging, name))
}

/** The files of a run in a folder, by path from there. */
function filesIn(path: string): readonly string[] {
  const models = join(path, 'models')
  const inner = existsSync(models) ? readdirSync(models).map(name => `models/${name}`) : []
  return [...readdirSync(path), ...inner].filter(isRunFile).sort()
}
