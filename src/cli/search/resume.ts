import { leaveRequest, requestIn } from '../../supervise/control.js'
import { isWorkedOn } from '../job/request.js'
import { type StartOptions, startWork } from '../job/start.js'
import { resumeOptions } from '../job/work.js'
import { parseOptions } from '../options/options.js'
import { existingRun } from '../runs/run-folder.js'
import { hasDashboard } from '../runs/terminal.js'

/** `pare resume`: goes on where the run stopped, or, where it is paused, in the job that is there. */
export async function resumeCommand(
  run: string,
  { plain, json, detach, ...flags }: StartOptions & Readonly<Record<string, unknown>>,
): Promise<void> {
  const options = parseOptions(resumeOptions, flags)
  const folder = existingRun(run)
  if (requestIn(folder.path) === 'pause' && (await isWorkedOn(folder))) {
    leaveRequest(folder.path, null)
    process.stderr.write(`${folder.name} goes on\n`)
    if (!json && !detach && hasDashboard(plain))
      await (await import('../runs/watch.js')).watchCommand(run, { plain })
    return
  }
  leaveRequest(folder.path, null)
  await startWork(shown => ({ kind: 'resume', run, options, shown }), { plain, json, detach })
}
