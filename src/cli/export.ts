import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openRunReader } from '../store/run-reader.js'
import { UsageError } from './error.js'
import { existingRun, writeWhole } from './run-folder.js'

/** `pare export`: writes the chosen model, or one finalist's, to a file. */
export async function exportCommand(
  run: string,
  options: { readonly out: string; readonly trial?: number },
): Promise<void> {
  const folder = existingRun(run)
  const reader = await openRunReader(folder.database)
  try {
    const finalists = await reader.finalists()
    const finalist = finalists.find(({ trial }) => trial === options.trial)
    if (options.trial !== undefined && finalist === undefined) {
      const there = finalists.map(({ trial }) => trial).join(', ') || 'none yet'
      throw new UsageError(`trial ${options.trial} is no finalist of ${folder.name} (finalists: ${there})`)
    }
    const source = finalist === undefined ? folder.best : join(folder.path, finalist.file)
    if (!existsSync(source))
      throw new UsageError(`${folder.name} has no result yet: ${source} does not exist`)
    writeWhole(options.out, readFileSync(source))
    process.stdout.write(`${options.out}\n`)
  } finally {
    await reader.close()
  }
}
