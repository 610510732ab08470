import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Lock, lockFile, takeLock } from '../../store/lock.js'
import { openRunReader } from '../../store/run-reader.js'
import { whole } from '../../ui/format.js'
import { explain, UsageError } from '../options/error.js'
import { stateOf } from './result.js'
import { existingRun, listRuns, type RunFolder } from './run-folder.js'

/** A file that a run can do without. */
interface Spare {
  readonly file: string
  readonly bytes: number
}

/**
 * `pare clean`: deletes the models of finalists that were not chosen, of finished runs that no process works on.
 * @param names the runs; none for all under the runs folder, where those that must stay are passed over
 */
export async function cleanCommand(
  names: readonly string[],
  options: { readonly keepBest: boolean; readonly dryRun: boolean; readonly json: boolean },
): Promise<void> {
  const locks: Lock[] = []
  try {
    const spare: Spare[] = []
    // Nothing is deleted before every run that was named is known to be free.
    for (const folder of names.length > 0 ? names.map(existingRun) : listRuns()) {
      try {
        locks.push(await takeLock(lockFile(folder.database)))
        spare.push(...(await spareFiles(folder, options.keepBest)))
      } catch (error) {
        if (names.length > 0) throw error
        process.stderr.write(`${explain(error).line}\n`)
      }
    }
    if (!options.dryRun) for (const { file } of spare) rmSync(file)
    print(spare, options)
  } finally {
    for (const lock of locks) await lock.release()
  }
}

/** @throws UsageError where the run is not finished: it may need any of its models. */
async function spareFiles(folder: RunFolder, keepBest: boolean): Promise<readonly Spare[]> {
  const reader = await openRunReader(folder.database)
  try {
    const events = await reader.milestones()
    const chosen = events.flatMap(event =>
      event.type === 'chosen' || event.type === 'point-chosen' ? [event.trial] : [],
    )
    if (stateOf(events) !== 'finished')
      throw new UsageError(`${folder.name} is not finished, and needs its models: pare resume ${folder.name}`)
    const models = join(folder.path, 'models')
    return (existsSync(models) ? readdirSync(models) : []).sort().flatMap(name => {
      const trial = /^trial-(\d+)\./.exec(name)?.[1]
      if (trial === undefined || (keepBest && chosen.includes(Number(trial)))) return []
      const file = join(folder.name, 'models', name)
      return [{ file, bytes: statSync(file).size }]
    })
  } finally {
    await reader.close()
  }
}

function print(
  spare: readonly Spare[],
  { dryRun, json }: { readonly dryRun: boolean; readonly json: boolean },
): void {
  const bytes = spare.reduce((sum, file) => sum + file.bytes, 0)
  if (json) {
    process.stdout.write(`${JSON.stringify({ deleted: !dryRun, bytes, files: spare }, null, 2)}\n`)
    return
  }
  const sizes = spare.map(file => whole(file.bytes))
  const width = Math.max(0, ...sizes.map(({ length }) => length))
  const lines = spare.map(({ file }, i) => `${sizes[i]?.padStart(width)}  ${file}`)
  const total = `${spare.length} files, ${whole(bytes)} bytes ${dryRun ? 'would be' : 'were'} deleted`
  process.stdout.write(`${[...lines, total].join('\n')}\n`)
}
