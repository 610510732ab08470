import { unpause } from '../job/request.js'
import { type StartOptions, startWork } from '../job/start.js'
import { resumeOptions } from '../job/work.js'
import { UsageError } from '../options/error.js'
import { parseOptions } from '../options/options.js'
import { existingRun, isComparisonAt, runFolder } from '../runs/run-folder.js'
import { hasDashboard } from '../runs/terminal.js'

/**
 * `pare resume`: goes on where the run stopped, or, where it is paused, in the job that is there. A comparison is let go on
 * where it is paused.
 */
export async function resumeCommand(
  run: string,
  { plain, json, detach, ...flags }: StartOptions & Readonly<Record<string, unknown>>,
): Promise<void> {
  const options = parseOptions(resumeOptions, flags)
  const { name, path } = runFolder(run)
  if (isComparisonAt(path)) {
    if (await unpause({ name, path })) return
    throw new UsageError(`${name} is a comparison, and none is paused there: pare compare ${run}`)
  }
  if (await unpause(existingRun(run))) {
    if (!json && !detach && hasDashboard(plain))
      await (await import('../runs/watch.js')).watchCommand(run, { plain })
    return
  }
  await startWork(shown => ({ kind: 'resume', run, options, shown }), { plain, json, detach })
}
