import { rmSync } from 'node:fs'
import { networkWarning } from '../../store/network-disk.js'
import { type OwnedRun, openRunStore } from '../../store/sqlite-run-store.js'
import { modelName } from '../files/model-file.js'
import { parseOptions } from '../options/options.js'
import { createRun, type RunFolder } from '../runs/run-folder.js'
import { searchOptions } from './options.js'
import { type Prepared, prepareRun, writeOriginal } from './prepare.js'
import type { OpenedJob } from './reopen.js'

/** Writes a run's first files; a folder that holds half of them would be in the way of the next try. */
async function setUp(folder: RunFolder, prepared: Prepared): Promise<OwnedRun> {
  const warning = networkWarning(folder.path)
  if (warning !== null) process.stderr.write(`${warning}\n`)
  try {
    writeOriginal(folder, prepared)
    return await openRunStore(folder.database, prepared.definition)
  } catch (error) {
    rmSync(folder.path, { recursive: true })
    throw error
  }
}

/** Checks everything that a new run depends on, then makes its folder, as its only owner; whoever calls closes the store. */
export async function beginRun(given: Readonly<Record<string, unknown>>): Promise<OpenedJob> {
  const options = parseOptions(searchOptions, given)
  const prepared = await prepareRun(options)
  const folder = await createRun(options.run, modelName(options.model), options.overwrite)
  const { definition, inputs, baseline } = prepared
  return { definition, folder, inputs, baseline, store: await setUp(folder, prepared) }
}
