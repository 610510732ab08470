import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runPage } from '../../report/run-page.js'
import { openRunReader } from '../../store/run-reader.js'
import { assertWritable } from '../files/out-file.js'
import { existingRun, writeWhole } from '../runs/run-folder.js'
import { readReport } from './read-report.js'

/** The page's script as the build leaves it. */
const SCRIPT = fileURLToPath(new URL('../../report/page/page.js', import.meta.url))

/** `pare report`: a run as one page that opens from the disk. The one in the run's own folder is replaced. */
export async function reportCommand(
  run: string,
  options: { readonly out?: string; readonly overwrite: boolean },
): Promise<void> {
  const folder = existingRun(run)
  const out = options.out ?? join(folder.path, 'report.html')
  const isOwn = options.out === undefined
  assertWritable(out, { path: out }, folder.database, isOwn || options.overwrite)
  const reader = await openRunReader(folder.database)
  try {
    const report = await readReport(reader, folder, line => process.stderr.write(`pare: ${line}\n`))
    writeWhole(out, runPage(report, readFileSync(SCRIPT, 'utf8')))
    process.stdout.write(`${isOwn ? join(folder.name, 'report.html') : out}\n`)
  } finally {
    await reader.close()
  }
}
