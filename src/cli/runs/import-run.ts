import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { extract } from 'tar'
import { openRunReader } from '../../store/run-reader.js'
import { UsageError } from '../options/error.js'
import { describeFile, isRunFile, MANIFEST, type Manifest, manifestSchema } from './archive.js'
import { readDefinition } from './read-definition.js'
import { type RunFolder, runFolder } from './run-folder.js'

/** `pare import-run`: a run's folder from the file that `pare export-run` wrote. */
export async function importRunCommand(file: string, { run }: { readonly run?: string }): Promise<void> {
  if (!existsSync(file) || !statSync(file).isFile()) throw new UsageError(`${file}: no such file`)
  if (run !== undefined) assertFree(runFolder(run))
  const parent = dirname(runFolder(run ?? 'any').path)
  mkdirSync(parent, { recursive: true })
  const staging = mkdtempSync(join(parent, '.import-'))
  try {
    // One folder further down, where what a killed process leaves is not listed as a run.
    const unpacked = join(staging, 'run')
    mkdirSync(join(unpacked, 'models'), { recursive: true })
    const manifest = await unpack(file, unpacked)
    const folder = runFolder(run ?? manifest.run)
    assertFree(folder)
    await assertRun(runFolder(unpacked), file)
    renameSync(unpacked, folder.path)
    process.stdout.write(`${folder.name}\n`)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/** @throws UsageError where something is in the way. */
function assertFree({ name, path }: RunFolder): void {
  if (existsSync(path)) throw new UsageError(`${name} exists; choose another name with --run`)
}

/**
 * Unpacks the files of a run, each of which must be as the manifest says.
 * @throws UsageError where the file is none of a run, or damaged, or has files that do not belong to one.
 */
async function unpack(file: string, to: string): Promise<Manifest> {
  const strange: string[] = []
  try {
    await extract({
      ...{ file, cwd: to, strict: true },
      filter(path, entry) {
        const known = 'type' in entry && entry.type === 'File' && (path === MANIFEST || isRunFile(path))
        if (!known) strange.push(path)
        return known
      },
    })
  } catch (error) {
    // The machine's own trouble, such as a full disk, says nothing of the file.
    if (error instanceof Error && 'syscall' in error) throw error
    throw damaged(file, error instanceof Error ? error.message : String(error))
  }
  if (strange.length > 0) throw damaged(file, `${JSON.stringify(strange[0])} is no file of a run`)
  const manifest = readManifest(file, join(to, MANIFEST))
  await assertAsSaid(file, to, manifest)
  return manifest
}

function damaged(file: string, reason: string): UsageError {
  return new UsageError(
    `${file}: expected a run as pare export-run writes it, found something else (${reason})`,
  )
}

function readManifest(file: string, path: string): Manifest {
  if (!existsSync(path)) throw damaged(file, `no ${MANIFEST}`)
  try {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    rmSync(path)
    return manifest
  } catch {
    throw damaged(file, `${MANIFEST} is not one`)
  }
}

async function assertAsSaid(file: string, folder: string, { files }: Manifest): Promise<void> {
  const there = [...readdirSync(folder), ...readdirSync(join(folder, 'models')).map(name => `models/${name}`)]
  const extra = there.find(name => name !== 'models' && files[name] === undefined)
  if (extra !== undefined) throw damaged(file, `${extra} is not in ${MANIFEST}`)
  for (const [name, { bytes, sha256 }] of Object.entries(files)) {
    if (!existsSync(join(folder, name))) throw damaged(file, `${name} is missing`)
    const found = await describeFile(join(folder, name))
    if (found.bytes !== bytes || found.sha256 !== sha256) throw damaged(file, `${name} has another SHA-256`)
  }
}

/** @throws UsageError or StoreError where the database is no run's, or one of a newer pare. */
async function assertRun(folder: RunFolder, file: string): Promise<void> {
  if (!existsSync(folder.database)) throw damaged(file, 'no run.sqlite')
  const reader = await openRunReader(folder.database)
  try {
    readDefinition(reader.definition, folder)
  } finally {
    await reader.close()
  }
}
