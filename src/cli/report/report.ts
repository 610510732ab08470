import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { comparisonPage } from '../../report/comparison-page.js'
import { runPage } from '../../report/run-page.js'
import { openRunReader } from '../../store/run-reader.js'
import { comparisonFolder, isComparison } from '../compare/folder.js'
import { assertWritable } from '../files/out-file.js'
import { UsageError } from '../options/error.js'
import { COMPARISON, existingRun, type RunFolder, runFolder, writeWhole } from '../runs/run-folder.js'
import { readComparisonReport } from './read-comparison.js'
import { readReport } from './read-report.js'

/** The page's script as the build leaves it. */
const SCRIPT = fileURLToPath(new URL('../../report/page/page.js', import.meta.url))

/**
 * `pare report`: a run, or a comparison, as one page that opens from the disk. The one in its own folder is replaced.
 * @throws UsageError where there is neither, or the file cannot be written without harm.
 */
export async function reportCommand(
  run: string,
  options: { readonly out?: string; readonly overwrite: boolean },
): Promise<void> {
  const { name, path, database } = runFolder(run)
  const comparison = comparisonFolder(run)
  const compares = !existsSync(database) && isComparison(comparison)
  if (!compares && existsSync(path) && !existsSync(database))
    throw new UsageError(
      `${name}: expected a run (run.sqlite) or a comparison (${COMPARISON}) in it, found neither`,
    )
  const folder = compares ? null : existingRun(run)
  const out = options.out ?? join(path, 'report.html')
  const isOwn = options.out === undefined
  assertWritable(out, { path: out }, folder?.database ?? comparison.definition, isOwn || options.overwrite)
  const script = readFileSync(SCRIPT, 'utf8')
  const page =
    folder === null
      ? comparisonPage(await readComparisonReport(comparison), script)
      : await pageOfRun(folder, script)
  writeWhole(out, page)
  process.stdout.write(`${isOwn ? join(name, 'report.html') : out}\n`)
}

async function pageOfRun(folder: RunFolder, script: string): Promise<string> {
  const reader = await openRunReader(folder.database)
  try {
    const report = await readReport(reader, folder, line => process.stderr.write(`pare: ${line}\n`))
    return runPage(report, script)
  } finally {
    await reader.close()
  }
}
