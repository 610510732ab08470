import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { trialsToCsv } from '../../report/trials/csv.js'
import { trialsToJsonLines } from '../../report/trials/json-lines.js'
import { trialsToTensorBoard } from '../../report/trials/tensorboard.js'
import type { RunDefinition } from '../../search/definition.js'
import type { Milestone } from '../../search/events.js'
import { type RecordPages, recordPages } from '../../search/trial-record.js'
import { type Study, writeOptunaStudy } from '../../store/optuna/write.js'
import { openRunReader } from '../../store/run-reader.js'
import { assertWritable } from '../files/out-file.js'
import { UsageError } from '../options/error.js'
import { printChunks } from './print-chunks.js'
import { readDefinition } from './read-definition.js'
import { existingRun, type RunFolder, streamWhole } from './run-folder.js'
import type { TrialFormat } from './trial-formats.js'

/** A run's trials, with what the formats say of the run itself. */
interface ReadTrials {
  readonly definition: RunDefinition
  readonly pages: RecordPages
  readonly milestones: readonly Milestone[]
}

/** `pare trials`: all trials of a run as other programs read them. */
export async function trialsCommand(
  run: string,
  options: { readonly format: TrialFormat; readonly out?: string; readonly overwrite: boolean },
): Promise<void> {
  const { format, out } = options
  const folder = existingRun(run)
  const reader = await openRunReader(folder.database)
  try {
    await reader.atOnce(async () => {
      const read = {
        definition: readDefinition(reader.definition, folder),
        pages: await recordPages(reader),
        milestones: await reader.milestones(),
      }
      if (out !== undefined) process.stdout.write(`${await writeTrials(folder, read, { ...options, out })}\n`)
      else if (format === 'csv' || format === 'jsonl') await printChunks(textOf(format, read.pages))
      else {
        const what = format === 'optuna' ? 'file' : 'folder'
        throw new UsageError(`--format ${format}: expected --out, a ${what} to write`)
      }
    })
  } finally {
    await reader.close()
  }
}

function textOf(format: 'csv' | 'jsonl', pages: RecordPages): AsyncIterable<string> {
  return format === 'csv' ? trialsToCsv(pages) : trialsToJsonLines(pages)
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
  const file = format === 'tensorboard' ? join(out, eventFile(folder, read.milestones)) : out
  assertWritable(out, { path: file }, folder.database, overwrite)
  switch (format) {
    case 'csv':
    case 'jsonl':
      await streamWhole(file, textOf(format, read.pages))
      return file
    case 'tensorboard': {
      mkdirSync(out, { recursive: true })
      const original = read.milestones.findLast(event => event.type === 'baseline')?.report ?? null
      await streamWhole(file, trialsToTensorBoard(read.pages, original))
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
function eventFile({ path }: RunFolder, milestones: readonly Milestone[]): string {
  return `events.out.tfevents.${Math.floor((milestones[0]?.at ?? 0) / 1000)}.${basename(path)}`
}

function studyOf({ path }: RunFolder, { definition, pages, milestones }: ReadTrials): Study {
  const started = milestones.findLast(event => event.type === 'run-started')
  const groups = started?.groups.map(({ name, size }) => ({ kind: 'keep' as const, name, most: size }))
  const { agent, reward, metric, seed, budgets, model, data, backend } = definition
  return {
    name: basename(path),
    sites: started?.sites ?? groups ?? [],
    pages,
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
