import { differing, groupNames, incomparable, type NamedDefinition } from '../../compare/grouping.js'
import type { RunEvent } from '../../search/events.js'
import { isSetUp } from '../../store/run-reader.js'
import { UsageError } from '../options/error.js'
import { existingRun, type RunFolder } from '../runs/run-folder.js'
import { comparisonFolder, isComparison, plannedRuns, readComparison } from './folder.js'
import type { ViewOptions } from './options.js'
import { assertFolders, printComparison } from './print.js'
import { comparedRun, readEvents } from './read-run.js'

/** Compares runs that are there, finished or not. @throws UsageError where they cannot be compared. */
export async function compareRuns(names: readonly string[], view: ViewOptions): Promise<void> {
  assertFolders(view)
  const folders: RunFolder[] = []
  for (const name of names) folders.push(...(await foldersOf(name)))
  if (folders.length < 2)
    throw new UsageError(
      `${names.join(' ')}: a single run has nothing to be compared with; name another, or a device --profile`,
    )
  const runs: (NamedDefinition & { readonly events: readonly RunEvent[] })[] = []
  for (const folder of folders) runs.push({ run: folder.name, ...(await readEvents(folder)) })
  const problem = incomparable(runs)
  if (problem !== null) throw new UsageError(problem)
  const groups = groupNames(runs)
  const differences = [...new Set(runs.flatMap(run => differing(runs[0]!, run)))].filter(
    key => key !== 'agent',
  )
  if (differences.length > 0) process.stderr.write(`the runs differ in ${differences.join(', ')}\n`)
  const compared = runs.map(({ run, definition, events }, i) =>
    comparedRun(run, groups[i]!, definition, events),
  )
  const [first] = compared
  const other = compared.find(({ metric }) => metric !== first?.metric)
  if (first !== undefined && other !== undefined)
    throw new UsageError(
      `${other.run} cannot be compared with ${first.run}: it is scored by another metric (${other.metric} instead of ${first.metric})`,
    )
  await printComparison(null, compared, view)
}

/** The run of that name, or the runs of the comparison. */
async function foldersOf(name: string): Promise<readonly RunFolder[]> {
  const comparison = comparisonFolder(name)
  if (!isComparison(comparison)) return [existingRun(name)]
  const begun: RunFolder[] = []
  for (const { folder } of plannedRuns(comparison, readComparison(comparison)))
    if (await isSetUp(folder.database)) begun.push(folder)
  return begun
}
