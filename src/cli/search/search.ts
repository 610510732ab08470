import { openRunStore } from '../../store/sqlite-run-store.js'
import { modelName } from '../files/model-file.js'
import { parseOptions } from '../options/options.js'
import { createRun } from '../runs/run-folder.js'
import { readRecipe, searchOptions } from './options.js'
import { prepareRun, writeOriginal } from './prepare.js'
import { runInForeground } from './run-job.js'

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
  writeOriginal(folder, prepared)
  const store = await openRunStore(folder.database, prepared.definition)
  const { definition, inputs, baseline } = prepared
  const { plain, json, workers = null } = options
  try {
    await runInForeground({ definition, folder, inputs, baseline, store, workers, plain, json })
  } finally {
    await store.close()
  }
}
