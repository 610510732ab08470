import { leaveRequest } from '../../supervise/control.js'
import { isWorkedOn } from '../job/locks.js'
import { startWork } from '../job/start.js'
import { assertKnown } from '../options/names.js'
import { parseOptions } from '../options/options.js'
import { runsOf } from './agents.js'
import { type ComparisonFolder, readComparison } from './folder.js'
import { goOnOptions, newOptions } from './options.js'
import { assertFolders, printComparison } from './print.js'
import { extended } from './same.js'

type Flags = Readonly<Record<string, unknown>>

/** Starts a job that begins a comparison, or goes on with the one of that name. */
export async function startComparing(given: Flags): Promise<void> {
  const { detach, agents, ...options } = parseOptions(newOptions, given)
  assertFolders(options)
  if (options.against !== undefined) assertKnown('--against: there is no', [options.against], agents)
  // After a death, the comparison has the rest by itself.
  const kept = Object.keys(goOnOptions.omit({ agents: true, seeds: true }).shape)
  const again = Object.fromEntries(Object.entries(given).filter(([name]) => kept.includes(name)))
  const work = { kind: 'compare', options: given, again } as const
  await startWork(() => work, { plain: true, json: options.json, detach })
}

/** Starts a job that goes on with a comparison, or only shows it, where that is asked or nothing is left to do. */
export async function startGoingOn(folder: ComparisonFolder, given: Flags): Promise<void> {
  const { agents, seeds, show, detach, ...view } = parseOptions(goOnOptions, given)
  assertFolders(view)
  const comparison = extended(folder, readComparison(folder), { agents, seeds })
  if (view.against !== undefined) assertKnown('--against: there is no', [view.against], comparison.agents)
  const runs = await runsOf(folder, comparison)
  if (show || runs.every(({ finished }) => finished)) return printComparison(folder.name, runs, view)
  // What was asked of a process that has died is not asked of the next.
  if (!(await isWorkedOn(folder))) leaveRequest(folder.path, null)
  const work = { kind: 'compare-again', comparison: folder.path, options: given } as const
  await startWork(() => work, { plain: true, json: view.json, detach })
}
