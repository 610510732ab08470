import { rmSync } from 'node:fs'
import { networkWarning } from '../../store/network-disk.js'
import { type OwnedRun, openRunStore } from '../../store/sqlite-run-store.js'
import { modelName } from '../files/model-file.js'
import { parseOptions } from '../options/options.js'
import { createRun, type RunFolder } from '../runs/run-folder.js'
import { readRecipe, searchOptions } from './options.js'
import { type Prepared, prepareRun, writeOriginal } from './prepare.js'
import { runInForeground } from './run-job.js'

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

/** `pare search`: checks everything, then makes the run's folder and works on it. */
export async function searchCommand(
  flags: Readonly<Record<string, unknown>>,
  recipe: string | undefined,
): Promise<void> {
  // Flags win over the recipe.
  const options = parseOptions(searchOptions, {
    ...(recipe === undefined ? {} : readRecipe(recipe)),
    ...flags,
  })
  const prepared = await prepareRun(options)
  const folder = createRun(options.run, modelName(options.model), options.overwrite)
  const store = await setUp(folder, prepared)
  const { definition, inputs, baseline } = prepared
  const { plain, json, workers = null } = options
  try {
    await runInForeground({ definition, folder, inputs, baseline, store, workers, plain, json })
  } finally {
    await store.close()
  }
}
