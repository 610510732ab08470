import { evaluateModel } from '../../evaluate/evaluate-model.js'
import type { RunDefinition } from '../../search/definition.js'
import type { RunEvent } from '../../search/events.js'
import { openRunReader } from '../../store/run-reader.js'
import { type OwnedRun, openRunStore } from '../../store/sqlite-run-store.js'
import type { BackendName } from '../../tensor/backend.js'
import { type Inputs, loadInputs, machine, versions } from '../files/inputs.js'
import type { ResumeOptions } from '../job/work.js'
import { backendToResume } from '../options/backend-option.js'
import { UsageError } from '../options/error.js'
import { readDefinition } from '../runs/read-definition.js'
import { stateOf } from '../runs/result.js'
import type { RunFolder } from '../runs/run-folder.js'
import type { Job } from './job.js'

/** A run whose only owner this process is; whoever opened it closes the store. */
export type OpenedJob = Pick<Job, 'definition' | 'folder' | 'inputs' | 'baseline' | 'store'>

/**
 * Opens a run to go on, as its only owner; whoever calls closes the store.
 * @param run what the user calls it
 * @throws UsageError where it is finished or what it depends on has changed.
 */
export async function reopenRun(
  folder: RunFolder,
  run: string,
  options: Pick<ResumeOptions, 'data' | 'backend' | 'anyMachine' | 'trials'>,
): Promise<OpenedJob> {
  const { definition: before, backend } = await assertResumable(folder, run, options)
  const store = await openRunStore(folder.database, null)
  try {
    const definition = await withTrials(before, options.trials, store)
    const inputs = await reloadInputs(folder.original, definition, options.data)
    const { predictors } = definition
    const original = { model: inputs.modelBytes, packed: null }
    const baseline = await evaluateModel(inputs.graph, original, inputs.data, predictors)
    // What the user names is shown and recorded with the events of the run; its definition stays.
    return { definition: { ...definition, backend }, folder, inputs, baseline, store }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** A run that is to have so many trials in all; what its agent was set up for stays. @throws UsageError where it cannot. */
async function withTrials(
  definition: RunDefinition,
  trials: number | undefined,
  store: OwnedRun,
): Promise<RunDefinition> {
  if (trials === undefined || trials === definition.trials) return definition
  if (trials < definition.trials)
    throw new UsageError(`--trials ${trials}: the run has ${definition.trials}, and can only get more`)
  // What is tried after the search has the numbers that follow on it.
  const { finished, failed, running } = await store.counts()
  const tried = finished + failed + running
  const hasFinals = (await store.milestones()).some(({ type }) => over.includes(type))
  if (hasFinals || tried > definition.trials)
    throw new UsageError(`--trials ${trials}: the search is over; a new one can begin with --init-agent`)
  const longer = { ...definition, trials, horizon: definition.horizon ?? definition.trials }
  await store.redefine(longer)
  return longer
}

/** What comes after the search. */
const over: readonly RunEvent['type'][] = ['rung-begun', 'finalist-begun']

/** The model and the data that a run was begun with. @throws UsageError where one of them is another now. */
export async function reloadInputs(
  original: string,
  { model, data, metric }: Pick<RunDefinition, 'model' | 'data' | 'metric'>,
  path = data.path,
): Promise<Inputs> {
  const inputs = await loadInputs(original, path, { normalization: data.normalization, metric })
  if (inputs.modelHash !== model.sha256)
    throw new UsageError(`${original} is not the model the run was begun with`)
  if (inputs.dataHash !== data.sha256)
    throw new UsageError(`${path} is not the data set the run was begun with`)
  return inputs
}

/** Checks a run by reading only: one that this pare refuses stays as it is, for the pare that made it. */
async function assertResumable(
  folder: RunFolder,
  run: string,
  options: Pick<ResumeOptions, 'backend' | 'anyMachine'>,
): Promise<{ readonly definition: RunDefinition; readonly backend: BackendName }> {
  const reader = await openRunReader(folder.database)
  try {
    const definition = readDefinition(reader.definition, folder)
    if (stateOf(await reader.milestones()) === 'finished')
      throw new UsageError(`${folder.name} is finished: pare show ${run}`)
    const backend = backendToResume(folder.name, definition, options.backend)
    if (!options.anyMachine) assertSameMachine(folder.name, definition, backend)
    return { definition, backend }
  } finally {
    await reader.close()
  }
}

/** @throws UsageError where something that results depend on in their last bits is another than at the run's start. */
export function assertSameMachine(
  name: string,
  definition: Pick<RunDefinition, 'versions' | 'machine'>,
  backend: BackendName,
): void {
  const before: Readonly<Record<string, string>> = { ...definition.versions, machine: definition.machine }
  const changed = Object.entries({ ...versions(backend), machine: machine() }).find(
    ([what, now]) => what in before && before[what] !== now,
  )
  if (changed === undefined) return
  const [what, now] = changed
  throw new UsageError(
    `${name} was begun with ${what} ${before[what]}, this is ${now}: results may differ; pass --any-machine to go on`,
  )
}
