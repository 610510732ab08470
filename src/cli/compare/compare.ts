import { UsageError } from '../options/error.js'
import { optionName, parseOptions } from '../options/options.js'
import { compareOnDevices } from '../runs/compare-devices.js'
import { readRecipe } from '../search/options.js'
import { comparisonFolder, isComparison } from './folder.js'
import { goOnOptions, viewOptions } from './options.js'
import { compareRuns } from './runs.js'
import { startComparing, startGoingOn } from './start.js'

type Flags = Readonly<Record<string, unknown>>

/**
 * `pare compare`, by what it is given: a comparison's name goes on with it, a model and data begin one, device profiles
 * alone predict runs on devices, and runs are compared as they are.
 */
export async function compareCommand(
  names: readonly string[],
  flags: Flags,
  recipe: string | undefined,
): Promise<void> {
  const [name] = names
  const given = { ...(recipe === undefined ? {} : readRecipe(recipe)), ...flags }
  if (name !== undefined && names.length === 1 && isComparison(comparisonFolder(name))) {
    const folder = comparisonFolder(name)
    assertOnly(given, Object.keys(goOnOptions.shape), `${folder.name} has it from its start`)
    return startGoingOn(folder, given)
  }
  if ('data' in given || 'budget' in given || recipe !== undefined) {
    if (names.length > 1) throw new UsageError(`expected one MODEL to search with, found ${names.join(', ')}`)
    return startComparing(name === undefined ? given : { ...given, model: name })
  }
  if (name === undefined)
    throw new UsageError('name runs, a comparison, or a MODEL with --data and --budget: pare compare --help')
  if ('profile' in given) {
    assertOnly(given, ['profile', 'json'], 'not where runs are predicted on devices')
    const { profile, json } = given
    return compareOnDevices(names, { profile: stringsOf(profile), json: json === true })
  }
  assertOnly(given, Object.keys(viewOptions.shape), 'only for a MODEL with --data and --budget')
  return compareRuns(names, parseOptions(viewOptions, given))
}

/** @throws UsageError for an option that has no place here. */
function assertOnly(given: Flags, known: readonly string[], reason: string): void {
  const wrong = Object.keys(given).find(key => !known.includes(key))
  if (wrong !== undefined) throw new UsageError(`${optionName(wrong)}: ${reason}`)
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)]
}
