import { evaluateModel } from '../../evaluate/evaluate-model.js'
import type { RunDefinition } from '../../search/definition.js'
import { openRunReader } from '../../store/run-reader.js'
import { openRunStore } from '../../store/sqlite-run-store.js'
import type { BackendName } from '../../tensor/backend.js'
import { loadInputs, machine, versions } from '../files/inputs.js'
import { backendToResume } from '../options/backend-option.js'
import { UsageError } from '../options/error.js'
import { readDefinition } from '../runs/read-definition.js'
import { stateOf } from '../runs/result.js'
import { existingRun, type RunFolder } from '../runs/run-folder.js'
import { runInForeground } from './run-job.js'

/** What may change when a run goes on, and how it is shown. */
export interface ResumeOptions {
  readonly workers?: number
  /** Where the data set is now. */
  readonly data?: string
  /** What trains from here on, if it is to be another than so far. */
  readonly backend?: BackendName
  /** Goes on although the machine or the versions differ; the result may then differ in its last bits. */
  readonly anyMachine: boolean
  readonly json: boolean
  readonly plain: boolean
}

/** `pare resume`: goes on where the run stopped. @throws UsageError where what it depends on has changed. */
export async function resumeCommand(run: string, options: ResumeOptions): Promise<void> {
  const folder = existingRun(run)
  const { definition, backend } = await assertResumable(folder, run, options)
  const store = await openRunStore(folder.database, null)
  try {
    const inputs = await loadInputs(
      folder.original,
      options.data ?? definition.data.path,
      definition.data.normalization,
    )
    if (inputs.modelHash !== definition.model.sha256)
      throw new UsageError(`${folder.original} is not the model the run was begun with`)
    if (inputs.dataHash !== definition.data.sha256) {
      throw new UsageError(
        `${options.data ?? definition.data.path} is not the data set the run was begun with`,
      )
    }
    const baseline = await evaluateModel(
      inputs.graph,
      { model: inputs.modelBytes, packed: null },
      inputs.data,
      definition.predictors,
    )
    const { workers = null, plain, json } = options
    // What the user names is shown and recorded with the events of the run; its definition stays.
    await runInForeground({
      definition: { ...definition, backend },
      folder,
      inputs,
      baseline,
      store,
      workers,
      plain,
      json,
    })
  } finally {
    await store.close()
  }
}

/** Checks a run by reading only: one that this pare refuses stays as it is, for the pare that made it. */
async function assertResumable(
  folder: RunFolder,
  run: string,
  options: ResumeOptions,
): Promise<{ readonly definition: RunDefinition; readonly backend: BackendName }> {
  const reader = await openRunReader(folder.database)
  try {
    const definition = readDefinition(reader.definition, folder)
    if (stateOf((await reader.events(0)).events) === 'finished')
      throw new UsageError(`${folder.name} is finished: pare show ${run}`)
    const backend = backendToResume(folder.name, definition, options.backend)
    const before: Readonly<Record<string, string>> = { ...definition.versions, machine: definition.machine }
    const changed = Object.entries({ ...versions(backend), machine: machine() }).find(
      ([name, now]) => name in before && before[name] !== now,
    )
    if (changed !== undefined && !options.anyMachine) {
      const [name, now] = changed
      throw new UsageError(
        `${folder.name} was begun with ${name} ${before[name]}, this is ${now}: results may differ; pass --any-machine to go on`,
      )
    }
    return { definition, backend }
  } finally {
    await reader.close()
  }
}
