import { existsSync } from 'node:fs'
import type { ComparedRun } from '../../compare/run.js'
import { evaluateModel } from '../../evaluate/evaluate-model.js'
import { takeLock } from '../../store/lock.js'
import { networkWarning } from '../../store/network-disk.js'
import { isSetUp } from '../../store/run-reader.js'
import { modelName } from '../files/model-file.js'
import { assertKnown } from '../options/names.js'
import { parseOptions } from '../options/options.js'
import { listenForStop } from '../options/stop.js'
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
import { type GoOnOptions, newOptions, type ViewOptions } from './options.js'
import { assertFolders, printComparison } from './print.js'
import { comparedRun, readEvents } from './read-run.js'
import { assertSame, extended } from './same.js'
import { type WorkOptions, workOnRuns } from './work.js'

/** Begins a comparison of agents over seeds, or goes on with the one of that name. */
export async function compareAgents(given: Readonly<Record<string, unknown>>): Promise<void> {
  const {
    agents,
    seeds,
    run,
    overwrite,
    anyMachine,
    workers = null,
    reach,
    against,
    by,
    svg,
    csv,
    json,
    ...search
  } = parseOptions(newOptions, given)
  const view = { reach, against, by, svg, csv, json }
  assertFolders(view)
  if (against !== undefined) assertKnown('--against: there is no', [against], agents)
  const prepared = await prepareRun({
    ...search,
    run,
    overwrite,
    detach: false,
    agent: agents[0]!,
    seed: seeds[0]!,
    plain: true,
    json,
  })
  const { agent: _agent, seed: _seed, ...common } = prepared.definition
  const asked: Comparison = { version: 1, agents, seeds, run: common }
  const folder = comparisonFolder(run ?? `${modelName(search.model)}-compare`)
  if (isComparison(folder) && !overwrite) {
    const stored = readComparison(folder)
    assertSame(folder, stored, asked, anyMachine)
    const comparison = extended(folder, stored, asked)
    await work(folder, comparison, prepared, { workers, anyMachine, data: search.data }, view)
    return
  }
  createComparison(folder, overwrite)
  writeOriginal(folder, prepared)
  await work(folder, asked, prepared, { workers, anyMachine }, view)
}

/** Goes on with a comparison by its own definition, or only shows it. */
export async function goOnComparing(folder: ComparisonFolder, options: GoOnOptions): Promise<void> {
  const { agents, seeds, show, anyMachine, workers = null, data, ...view } = options
  assertFolders(view)
  const comparison = extended(folder, readComparison(folder), { agents, seeds })
  if (view.against !== undefined) assertKnown('--against: there is no', [view.against], comparison.agents)
  if (show || (await isFinished(folder, comparison))) {
    await printComparison(folder.name, await runsOf(folder, comparison), view)
    return
  }
  const { run } = comparison
  if (!anyMachine) assertSameMachine(folder.name, run, run.backend)
  const inputs = await reloadInputs(folder.original, run, data)
  const original = { model: inputs.modelBytes, packed: null }
  const baseline = await evaluateModel(inputs.graph, original, inputs.data, run.predictors)
  const layers = existsSync(folder.layers) ? folder.layers : null
  const prepared = { inputs, baseline, layers }
  await work(
    folder,
    comparison,
    prepared,
    { workers, anyMachine, ...(data === undefined ? {} : { data }) },
    view,
  )
}

/** Works on all runs that are left, as the only process that does, and prints what came out. */
async function work(
  folder: ComparisonFolder,
  comparison: Comparison,
  prepared: Pick<Prepared, 'inputs' | 'baseline' | 'layers'>,
  options: Omit<WorkOptions, 'signal' | 'onStop'>,
  view: ViewOptions,
): Promise<void> {
  const lock = await takeLock(folder.lock)
  const warning = networkWarning(folder.path)
  if (warning !== null) process.stderr.write(`${warning}\n`)
  const stop = listenForStop(`interrupted; all runs are saved: pare compare ${folder.name}`)
  let failed: number
  try {
    writeComparison(folder, comparison)
    const { signal, interrupt: onStop } = stop
    failed = await workOnRuns(plannedRuns(folder, comparison), prepared, { ...options, signal, onStop })
  } finally {
    stop.release()
    await lock.release()
  }
  await printComparison(folder.name, await runsOf(folder, comparison), view)
  if (failed > 0) throw new Error(`${failed} of the runs failed; the same command tries them again`)
}

async function isFinished(folder: ComparisonFolder, comparison: Comparison): Promise<boolean> {
  return (await runsOf(folder, comparison)).every(({ finished }) => finished)
}

/** All runs of a comparison by agent, those that are not begun without trials. */
export async function runsOf(
  folder: ComparisonFolder,
  comparison: Comparison,
): Promise<readonly ComparedRun[]> {
  const runs: ComparedRun[] = []
  for (const { folder: run, definition } of plannedRuns(folder, comparison)) {
    const events = (await isSetUp(run.database)) ? (await readEvents(run)).events : []
    runs.push(comparedRun(run.name, definition.agent, definition, events))
  }
  return runs
}
