import { existsSync } from 'node:fs'
import type { ComparedRun } from '../../compare/run.js'
import { evaluateModel } from '../../evaluate/evaluate-model.js'
import { takeLock } from '../../store/lock.js'
import { networkWarning } from '../../store/network-disk.js'
import { modelName } from '../files/model-file.js'
import { meansOptions } from '../job/work.js'
import { parseOptions } from '../options/options.js'
import { type Prepared, prepareRun, writeOriginal } from '../search/prepare.js'
import { assertSameMachine, reloadInputs } from '../search/reopen.js'
import {
  type Comparison,
  type ComparisonFolder,
  comparisonFolder,
  createComparison,
  isComparison,
  plannedRuns,
  readComparison,
  writeComparison,
} from './folder.js'
import { goOnOptions, newOptions, type ViewOptions } from './options.js'
import { printComparison } from './print.js'
import { begunEvents, comparedRun } from './read-run.js'
import { assertSame, extended } from './same.js'
import { type WorkOptions, workOnRuns } from './work.js'

type Flags = Readonly<Record<string, unknown>>

/** How a comparison is looked after. */
export interface Oversight extends Pick<WorkOptions, 'health' | 'report' | 'signal' | 'onStop'> {
  /** All is checked, and this process is the only one that works on it. */
  readonly onBegun: (folder: ComparisonFolder) => void
}

/** Begins a comparison of agents over seeds, or goes on with the one of that name. */
export async function compareAgents(given: Flags, oversight: Oversight): Promise<void> {
  const options = parseOptions(newOptions, given)
  const { agents, seeds, run, overwrite, anyMachine, reach, against, by, svg, csv, json, ...search } = options
  const view = { reach, against, by, svg, csv, json }
  const prepared = await prepareRun({
    ...search,
    run,
    overwrite,
    agent: agents[0]!,
    seed: seeds[0]!,
    plain: true,
    json,
  })
  const { agent: _agent, seed: _seed, ...common } = prepared.definition
  const asked: Comparison = { version: 1, agents, seeds, run: common }
  const folder = comparisonFolder(run ?? `${modelName(search.model)}-compare`)
  const means = meansOptions.strip().parse(search)
  const how = { means, anyMachine, data: search.data, ...oversight }
  if (isComparison(folder) && !overwrite) {
    const stored = readComparison(folder)
    assertSame(folder, stored, asked, anyMachine)
    return work(folder, extended(folder, stored, asked), prepared, how, view)
  }
  createComparison(folder, overwrite)
  writeOriginal(folder, prepared)
  return work(folder, asked, prepared, how, view)
}

/** Goes on with a comparison by its own definition. */
export async function goOnComparing(
  folder: ComparisonFolder,
  given: Flags,
  oversight: Oversight,
): Promise<void> {
  const { agents, seeds, show, anyMachine, data, ...options } = parseOptions(goOnOptions, given)
  const comparison = extended(folder, readComparison(folder), { agents, seeds })
  const { run } = comparison
  if (!anyMachine) assertSameMachine(folder.name, run, run.backend)
  const inputs = await reloadInputs(folder.original, run, data)
  const original = { model: inputs.modelBytes, packed: null }
  const baseline = await evaluateModel(inputs.graph, original, inputs.data, run.predictors)
  const layers = existsSync(folder.layers) ? folder.layers : null
  const means = meansOptions.strip().parse(options)
  const how = { means, anyMachine, ...(data === undefined ? {} : { data }), ...oversight }
  await work(folder, comparison, { inputs, baseline, layers }, how, options)
}

/** Works on all runs that are left, as the only process that does, and prints what came out. */
async function work(
  folder: ComparisonFolder,
  comparison: Comparison,
  prepared: Pick<Prepared, 'inputs' | 'baseline' | 'layers'>,
  options: Omit<WorkOptions, 'path'> & Oversight,
  view: ViewOptions,
): Promise<void> {
  const lock = await takeLock(folder.lock)
  const warning = networkWarning(folder.path)
  if (warning !== null) process.stderr.write(`${warning}\n`)
  let failed: number
  try {
    writeComparison(folder, comparison)
    options.onBegun(folder)
    failed = await workOnRuns(plannedRuns(folder, comparison), prepared, { ...options, path: folder.path })
  } finally {
    await lock.release()
  }
  await printComparison(folder.name, await runsOf(folder, comparison), view)
  if (failed > 0) throw new Error(`${failed} of the runs failed; the same command tries them again`)
}

/** All runs of a comparison by agent, those that are not begun without trials. */
export async function runsOf(
  folder: ComparisonFolder,
  comparison: Comparison,
): Promise<readonly ComparedRun[]> {
  const runs: ComparedRun[] = []
  for (const { folder: run, definition } of plannedRuns(folder, comparison)) {
    const events = await begunEvents(run)
    runs.push(comparedRun(run.name, definition.agent, definition, events ?? []))
  }
  return runs
}
