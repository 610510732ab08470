import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { trialsToCsv } from '../../report/trials/csv.js'
import { trialsToJsonLines } from '../../report/trials/json-lines.js'
import { trialsToTensorBoard } from '../../report/trials/tensorboard.js'
import type { RunDefinition } from '../../search/definition.js'
import type { RunEvent } from '../../search/events.js'
import { type TrialRecord, trialRecords } from '../../search/trial-record.js'
import { type Study, writeOptunaStudy } from '../../store/optuna/write.js'
import { type OpenedRun, openRunReader } from '../../store/run-reader.js'
import { assertWritable } from '../files/out-file.js'
import { UsageError } from '../options/error.js'
import { readDefinition } from './read-definition.js'
import { existingRun, type RunFolder, writeWhole } from './run-folder.js'
import type { TrialFormat } from './trial-formats.js'

/** A run's trials, with what the formats say of the run itself. */
interface ReadTrials {
  readonly definition: RunDefinition
  readonly records: readonly TrialRecord[]
  readonly events: readonly RunEvent[]
}

/** `pare trials`: all trials of a run as other programs read them. */
export async function trialsCommand(
  run: string,
  options: { readonly format: TrialFormat; readonly out?: string; readonly overwrite: boolean },
): Promise<void> {
  const { format, out } = options
  const folder = existingRun(run)
  if (out === undefined && (format === 'tensorboard' || format === 'optuna'))
    throw new UsageError(
      `--format ${format}: expected --out, a ${format === 'optuna' ? 'file' : 'folder'} to write`,
    )
  const reader = await openRunReader(folder.database)
  try {
    const read = await readTrials(reader, folder)
    if (out === undefined) process.stdout.write(textOf(format, read.records))
    else process.stdout.write(`${await writeTrials(folder, read, { ...options, out })}\n`)
  } finally {
    await reader.close()
  }
}

async function readTrials(reader: OpenedRun, folder: RunFolder): Promise<ReadTrials> {
  const [trials, climbs] = [await reader.trials(), await reader.climbs()]
  const [finalists, { events }] = [await reader.finalists(), await reader.events(0)]
  const records = trialRecords({ trials, climbs, finalists, events })
  return { definition: readDefinition(reader.definition, folder), records, events }
}

function textOf(format: TrialFormat, records: readonly TrialRecord[]): string {
  return format === 'csv' ? trialsToCsv(records) : trialsToJsonLines(records)
}

/** Writes the trials and returns the file that holds them. */
async function writeTrials(
  folder: RunFolder,
  read: ReadTrials,
  {
    format,
    out,
    overwrite,
  }: { readonly format: TrialFormat; readonly out: string; readonly overwrite: boolean },
): Promise<string> {
  const file = format === 'tensorboard' ? join(out, eventFile(folder, read.events)) : out
  assertWritable(out, { path: file }, folder.database, overwrite)
  switch (format) {
    case 'csv':
    case 'jsonl':
      writeWhole(file, textOf(format, read.records))
      return file
    case 'tensorboard': {
      mkdirSync(out, { recursive: true })
      const original = read.events.findLast(event => event.type === 'baseline')?.report ?? null
      writeWhole(file, trialsToTensorBoard(read.records, original))
      return file
    }
    case 'optuna':
      await writeStudy(file, studyOf(folder, read))
      return file
  }
}

/**
 * TensorBoard reads all event files of a folder together: one of the same run has the same name, so that its trials are not
 * there twice.
 */
function eventFile({ path }: RunFolder, events: readonly RunEvent[]): string {
  return `events.out.tfevents.${Math.floor((events[0]?.at ?? 0) / 1000)}.${basename(path)}`
}

function studyOf({ path }: RunFolder, { definition, records, events }: ReadTrials): Study {
  const started = events.findLast(event => event.type === 'run-started')
  const groups = started?.groups.map(({ name, size }) => ({ kind: 'keep' as const, name, most: size }))
  const { agent, reward, metric, seed, budgets, model, data, backend } = definition
  return {
    name: basename(path),
    sites: started?.sites ?? groups ?? [],
    records,
    attributes: { agent, reward, metric, seed, budgets, model: model.source, data: data.path, backend },
  }
}

/** SQLite writes a journal beside its file: a folder of their own holds both until the file is whole. */
async function writeStudy(file: string, study: Study): Promise<void> {
  const staging = mkdtempSync(`${resolve(file)}.`)
  try {
    const beside = join(staging, 'study.db')
    await writeOptunaStudy(beside, study)
    renameSync(beside, file)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}
