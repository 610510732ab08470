import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isLocked, lockFile } from '../../store/lock.js'
import { isSetUp } from '../../store/run-reader.js'
import { UsageError } from '../options/error.js'

/** Where runs live that are named and not given as a folder. */
export const RUNS = 'runs'

/** What a folder of runs that are compared has beside them. */
export const COMPARISON = 'comparison.json'

/** Whether what is compared stands in a folder. */
export function isComparisonAt(path: string): boolean {
  return existsSync(join(path, COMPARISON))
}

/** What the locks of a comparison are named after, as those of a run are after its database. */
export function comparisonStem(path: string): string {
  return join(path, 'comparison')
}

/** A run's folder and the files in it. */
export interface RunFolder {
  /** As the user may name it: relative to where they are, if it is below. */
  readonly name: string
  readonly path: string
  readonly database: string
  readonly original: string
  /** The model.json of the original where that was a TF.js layers model, without its weights. */
  readonly layers: string
  readonly best: string
  readonly log: string
  /** What the processes of a job without a terminal wrote to stderr. */
  readonly jobLog: string
}

function isPath(run: string): boolean {
  return run.includes('/') || run.includes('\\') || run === '.' || run === '..'
}

/** The folder of a run given by name or path; it need not exist. */
export function runFolder(run: string): RunFolder {
  const path = resolve(isPath(run) ? run : join(RUNS, run))
  const below = relative(process.cwd(), path)
  return {
    name: below.startsWith('..') || isAbsolute(below) ? path : below || '.',
    path,
    database: join(path, 'run.sqlite'),
    original: join(path, 'original.onnx'),
    layers: join(path, 'original.json'),
    best: join(path, 'best.onnx'),
    log: join(path, 'log.jsonl'),
    jobLog: join(path, 'job.log'),
  }
}

/** The folder of a run that exists. @throws UsageError where there is none, with the runs there are. */
export function existingRun(run: string): RunFolder {
  const folder = runFolder(run)
  if (existsSync(folder.database)) return folder
  if (isComparisonAt(folder.path))
    throw new UsageError(`${folder.name} is a comparison: pare compare ${run}, or name one of the runs in it`)
  const others = listRuns().map(other => relative(RUNS, other.path))
  throw new UsageError(
    `no run ${run}: ${folder.database} does not exist${others.length > 0 ? ` (there are: ${others.join(', ')})` : ''}`,
  )
}

/**
 * A new run's folder, made; `model` is what an unnamed run is called after.
 * @throws UsageError where one of that name exists and may not be replaced.
 */
export async function createRun(
  run: string | undefined,
  model: string,
  overwrite: boolean,
): Promise<RunFolder> {
  const folder = runFolder(run ?? freeName(model))
  if (existsSync(folder.path) && readdirSync(folder.path).length > 0) {
    const isRun = existsSync(folder.database)
    if (!(isRun && overwrite) && !(await isHalfMade(folder)))
      throw new UsageError(
        isRun
          ? `run ${folder.name} exists; resume it, choose another --run, or pass --overwrite`
          : `${folder.name} exists and is not a run; choose another name`,
      )
    rmSync(folder.path, { recursive: true })
  }
  mkdirSync(join(folder.path, 'models'), { recursive: true })
  return folder
}

/** What is in a run's folder before its definition is. */
const firstFile = /^(models|original\.onnx|original\.json|run\.sqlite.*)$/

/** Whether a process made the folder and died before there was a run that could go on. */
async function isHalfMade({ path, database }: RunFolder): Promise<boolean> {
  if (!readdirSync(path).every(name => firstFile.test(name))) return false
  return !(await isLocked(lockFile(database))) && !(await isSetUp(database))
}

function freeName(stem: string): string {
  for (let i = 1; ; i++) if (!existsSync(runFolder(`${stem}-${i}`).path)) return `${stem}-${i}`
}

/** All runs under the runs folder, by name; those of a comparison stand in a folder of it. */
export function listRuns(): RunFolder[] {
  return foldersIn(RUNS).flatMap(path => {
    const folder = runFolder(path)
    if (existsSync(folder.database)) return [folder]
    const inner = isComparisonAt(path) ? foldersIn(path).map(runFolder) : []
    return inner.filter(({ database }) => existsSync(database))
  })
}

function foldersIn(path: string): readonly string[] {
  if (!existsSync(path)) return []
  const entries = readdirSync(path, { withFileTypes: true }).filter(entry => entry.isDirectory())
  return entries.map(({ name }) => join(path, name))
}

/** The .pare file beside a model's .onnx file, which holds what was decided as it is. */
export function packedBeside(onnx: string): string {
  return onnx.replace(/\.onnx$/, '.pare')
}

/** The file that holds what was decided as it is: the .pare file beside the .onnx file, where there is one. */
export function mostExact(onnx: string): string {
  const packed = packedBeside(onnx)
  return existsSync(packed) ? packed : onnx
}

/** Writes a file beside its place and renames it, so that no reader ever sees half of it. */
export function writeWhole(file: string, bytes: Uint8Array | string): void {
  const beside = `${file}.tmp`
  writeFileSync(beside, bytes)
  renameSync(beside, file)
}

/** As `writeWhole`, of what comes in parts. */
export async function streamWhole(file: string, chunks: AsyncIterable<Uint8Array | string>): Promise<void> {
  const beside = `${file}.tmp`
  try {
    await pipeline(chunks, createWriteStream(beside))
    renameSync(beside, file)
  } finally {
    rmSync(beside, { force: true })
  }
}
