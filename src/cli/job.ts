import { setMaxListeners } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { compressionEnv } from '../../envs/compression.js'
import { calibrate } from '../evaluate/calibrate.js'
import type { Evaluation } from '../evaluate/evaluation.js'
import { poolEvaluator } from '../evaluate/pool.js'
import { rankChannels } from '../evaluate/rank.js'
import { memoryWatch, recycledEvaluator } from '../evaluate/recycle.js'
import { channelGroups } from '../graph/groups.js'
import type { RunDefinition } from '../search/definition.js'
import type { RunEvent } from '../search/events.js'
import { playFinals } from '../search/finals.js'
import { climb } from '../search/ladder.js'
import { rewards } from '../search/reward.js'
import type { RunStore } from '../search/run-store.js'
import { search } from '../search/search.js'
import { createAgent } from './create-agent.js'
import type { Inputs } from './inputs.js'
import { measureChosen } from './measure-chosen.js'
import { decisionsOf, problemOf } from './problem.js'
import { packedBeside, type RunFolder, writeWhole } from './run-folder.js'
import { runSensitivity } from './run-sensitivity.js'

/** A run that is to be carried to its end, new or resumed. */
export interface Job {
  readonly definition: RunDefinition
  readonly folder: RunFolder
  readonly inputs: Inputs
  readonly baseline: Evaluation
  readonly store: RunStore
  /** Worker threads; null for one a core. */
  readonly workers: number | null
  readonly emit: (event: RunEvent) => void
  readonly signal: AbortSignal
}

/** Candidates a worker has evaluated when its memory has settled. */
const SETTLED = 20

const workerFile = new URL('../evaluate/worker.js', import.meta.url)

/** Searches, climbs the ladder, plays the finals, measures the chosen model once on the test split, and writes it. */
export async function runJob(job: Job): Promise<void> {
  const { definition, folder, inputs, store, signal, emit } = job
  const workers = job.workers ?? availableParallelism()
  setMaxListeners(0, signal)
  const record = async (event: RunEvent) => {
    await store.advance({ events: [event] })
    emit(event)
  }
  await store.recover()
  const before = await store.trials()
  const { groups } = channelGroups(inputs.graph)
  const decisions = decisionsOf(definition, inputs.graph, groups)
  await record({
    at: Date.now(),
    type: 'run-started',
    run: folder.name,
    model: definition.model.source,
    agent: definition.agent,
    backend: definition.backend,
    seed: definition.seed,
    trials: definition.trials,
    finalists: definition.finalists,
    workers,
    budgets: definition.budgets.map(({ kind, limit, original }) => ({ kind, limit, original })),
    groups: groups.map(({ name, size }) => ({ name, size })),
    sites: decisions.decidables.map(({ kind, name, legal }) => ({ kind, name, most: legal.at(-1)! })),
    resumed: before.length > 0,
  })
  await record({ at: Date.now(), type: 'baseline', report: { ...job.baseline, latencyMs: null } })
  await record({ at: Date.now(), type: 'preparing', step: 'calibration' })
  const moments = await calibrate(inputs.graph, inputs.data, definition.seed)
  signal.throwIfAborted()
  const { criterion, seed } = definition
  const ranking = await rankChannels(criterion, inputs.graph, groups, { moments, data: inputs.data, seed })
  const { graph, data } = inputs
  const context = {
    graph,
    groups,
    ranking,
    moments,
    data,
    fineTune: { ...definition.fineTune, backend: definition.backend },
    seed: String(definition.seed),
  }
  const open = () => poolEvaluator(context, workers, workerFile)
  const measured =
    definition.sensitivity === 'measured'
      ? await runSensitivity({ ...decisions, n: data.train.n, store, record, open, signal })
      : null
  const problem = problemOf(decisions, graph, groups, {
    moments,
    ranking,
    measured,
    blocks: definition.blocks,
  })
  const env = compressionEnv(problem)
  const agent = await createAgent(definition, env, problem)
  // A worker's memory is the process's; after a few candidates each, it has all that it keeps.
  const settled = SETTLED * workers
  const evaluator = recycledEvaluator(
    open,
    workers,
    memoryWatch(() => process.memoryUsage.rss(), settled),
  )
  const { rungs, halving, budgets: limits } = definition
  const reward = rewards[definition.reward]
  const finalists = Math.max(1, definition.finalists)
  const common = {
    evaluator,
    store,
    emit,
    now: Date.now,
    signal,
    reward,
    limits,
    original: job.baseline,
    finalists,
  }
  try {
    const trials = await search({
      ...common,
      agent,
      env,
      steps: rungs[0] ?? 0,
      trials: definition.trials,
      inFlight: definition.inFlight,
    })
    const standing = await climb({ ...common, rungs, halving }, trials)
    const [best] = await playFinals(
      {
        ...common,
        saveModel(trial, { model, packed }) {
          const file = join('models', `trial-${trial}.onnx`)
          if (packed !== null) writeWhole(packedBeside(join(folder.path, file)), packed)
          writeWhole(join(folder.path, file), model)
          return file
        },
      },
      standing,
    )
    if (best === undefined) throw new Error('no finalist came out of the finals')
    // Latency is measured on a quiet machine.
    await evaluator.close()
    const model = readFileSync(join(folder.path, best.file))
    const { original, chosen } = await measureChosen(inputs, job.baseline, { model, evaluation: best.after })
    writeWhole(folder.best, model)
    const packed = packedBeside(join(folder.path, best.file))
    if (existsSync(packed)) writeWhole(packedBeside(folder.best), readFileSync(packed))
    await record({ at: Date.now(), type: 'baseline', report: original })
    await record({ at: Date.now(), type: 'chosen', trial: best.trial, report: chosen, file: folder.best })
  } finally {
    await evaluator.close()
    await agent.dispose()
  }
}
