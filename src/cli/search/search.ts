import { startWork } from '../job/start.js'
import { meansOptions } from '../job/work.js'
import { parseOptions } from '../options/options.js'
import { readRecipe, searchOptions } from './options.js'

/** `pare search`: starts a job that checks everything, makes the run's folder and works on it. */
export async function searchCommand(
  flags: Readonly<Record<string, unknown>>,
  recipe: string | undefined,
): Promise<void> {
  // Flags win over the recipe.
  const given = { ...(recipe === undefined ? {} : readRecipe(recipe)), ...flags }
  const { plain, json, detach, ...options } = parseOptions(searchOptions, given)
  const means = meansOptions.strip().parse(options)
  await startWork(
    shown => ({ kind: 'search', options: given, again: { ...means, anyMachine: false }, shown }),
    { plain, json, detach },
  )
}
