import { setMaxListeners } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { compressionEnv } from '../../../envs/compression.js'
import { calibrate } from '../../evaluate/calibrate.js'
import type { Evaluation } from '../../evaluate/evaluation.js'
import { poolEvaluator } from '../../evaluate/pool.js'
import { rankChannels } from '../../evaluate/rank.js'
import { memoryWatch, recycledEvaluator } from '../../evaluate/recycle.js'
import { channelGroups } from '../../graph/groups.js'
import type { RunDefinition } from '../../search/definition.js'
import type { RunEvent } from '../../search/events.js'
import { playFinals } from '../../search/finals.js'
import { climb } from '../../search/ladder.js'
import { rewards } from '../../search/reward.js'
import type { RunStore } from '../../search/run-store.js'
import { search } from '../../search/search.js'
import type { Inputs } from '../files/inputs.js'
import { packedBeside, type RunFolder, writeWhole } from '../runs/run-folder.js'
import { bestWithin, confirmLatency } from './confirm-latency.js'
import { createAgent } from './create-agent.js'
import { harmsOf } from './harms.js'
import { inheritAgent } from './init-agent.js'
import { measureChosen } from './measure-chosen.js'
import { unitOfCost } from './predictors.js'
import { decisionsOf, problemOf } from './problem.js'
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

/**
 * When a pool is replaced for its memory, in candidates and bytes a worker. The end of a worker gives back all that it
 * held on WASM (461 to 323 MiB) and 140 of 370 MiB with TensorFlow, the rest of which the next one uses. After a hundred
 * candidates most of what is remembered on purpose is there: repairs of LeNet-5 are 34 of 43 MiB by then, those of
 * MobileNet-V1 21 of 51, so the rest of them is let pass. Starting a worker takes 1 to 3 s of CPU time, as long as a few
 * candidates, and repairs are solved anew; a worker lives for at least 120 candidates.
 */
const WATCH = { settle: 100, window: 20, slack: 32 * 2 ** 20 }

const workerFile = new URL('../../evaluate/worker.js', import.meta.url)

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
    budgets: definition.budgets.map(({ kind, limit, original }) => {
      const unit = unitOfCost(definition, kind)
      return { kind, limit, original, ...(unit === undefined ? {} : { unit }) }
    }),
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
    predictors: definition.predictors,
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
  const agent = await createAgent(definition, env, problem, () =>
    harmsOf(problem.sites, graph, groups, { moments, ranking }),
  )
  await inheritAgent(definition, agent, store)
  // A worker's memory is the process's.
  const isFat = memoryWatch(() => process.memoryUsage.rss(), {
    settle: WATCH.settle * workers,
    window: WATCH.window * workers,
    slack: WATCH.slack * workers,
  })
  const evaluator = recycledEvaluator(open, workers, isFat)
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
    const played = await playFinals(
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
    // Latency is measured on a quiet machine.
    await evaluator.close()
    const limit = limits.find(({ kind }) => kind === 'latency')?.limit ?? Number.POSITIVE_INFINITY
    const confirmed = await confirmLatency(definition, inputs, played, folder.path, signal)
    for (const { finalist, latency } of confirmed ?? [])
      await record({ at: Date.now(), type: 'finalist-measured', trial: finalist.trial, latency, limit })
    const within = confirmed === null ? undefined : bestWithin(confirmed, limit)
    const best = within?.finalist ?? played[0]
    if (best === undefined) throw new Error('no finalist came out of the finals')
    const model = readFileSync(join(folder.path, best.file))
    const { original, chosen } = await measureChosen(inputs, job.baseline, { model, evaluation: best.after })
    writeWhole(folder.best, model)
    const packed = packedBeside(join(folder.path, best.file))
    if (existsSync(packed)) writeWhole(packedBeside(folder.best), readFileSync(packed))
    await record({ at: Date.now(), type: 'baseline', report: original })
    const report = within === undefined ? chosen : { ...chosen, confirmed: { latency: within.latency } }
    await record({ at: Date.now(), type: 'chosen', trial: best.trial, report, file: folder.best })
  } finally {
    await evaluator.close()
    await agent.dispose()
  }
}
