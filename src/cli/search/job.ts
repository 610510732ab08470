import { setMaxListeners } from 'node:events'
import { availableParallelism } from 'node:os'
import { calibrate } from '../../evaluate/calibrate.js'
import type { Evaluation } from '../../evaluate/evaluation.js'
import type { Begun } from '../../evaluate/evaluator.js'
import { poolEvaluator } from '../../evaluate/pool.js'
import { rankChannels } from '../../evaluate/rank.js'
import { everyFew, memoryWatch, recycledEvaluator } from '../../evaluate/recycle.js'
import { channelGroups } from '../../graph/groups.js'
import { unitOfCost } from '../../search/aimed-costs.js'
import type { RunDefinition } from '../../search/definition.js'
import type { RunEvent } from '../../search/events.js'
import { pointsOf } from '../../search/points.js'
import { rewards } from '../../search/reward.js'
import type { RunStore } from '../../search/run-store.js'
import { search } from '../../search/search.js'
import type { Inputs } from '../files/inputs.js'
import { conclude } from './conclude.js'
import { createPlayers } from './create-players.js'
import { type HandOut, type Oversight, openGuard } from './hand-out.js'
import { harmsOf } from './harms.js'
import { inheritAgent } from './init-agent.js'
import { limitsOf } from './limits-of.js'
import { nestedFamily } from './nested-family.js'
import { playPoints } from './play-points.js'
import { budgetsAt, decisionsOf, problemOf } from './problem.js'
import { runSensitivity } from './run-sensitivity.js'

/** A run that is to be carried to its end, new or resumed. */
export interface Job extends Oversight {
  readonly definition: RunDefinition
  readonly inputs: Inputs
  readonly baseline: Evaluation
  readonly store: RunStore
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
  const workers = job.means.workers ?? availableParallelism()
  setMaxListeners(0, job.signal)
  const record = async (event: RunEvent) => {
    await job.store.advance({ events: [event] })
    job.emit(event)
  }
  // Results are what a run needs; a disk that fails is noticed where they are written.
  const note = (event: RunEvent) => void record(event).catch(() => {})
  const handOut = openGuard(job, workers, note)
  try {
    await runGuarded(job, workers, { record, note }, handOut)
  } finally {
    handOut.release()
  }
}

/** How events are written: `note` waits for none and bears that it could not be. */
interface Recording {
  readonly record: (event: RunEvent) => Promise<void>
  readonly note: (event: RunEvent) => void
}

async function runGuarded(
  job: Job,
  workers: number,
  { record, note }: Recording,
  { guard, listen }: HandOut,
): Promise<void> {
  const { definition, folder, inputs, store, signal, emit } = job
  await store.recover()
  const before = await store.counts()
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
    // A family has one at each point.
    finalists: definition.nested
      ? definition.points.length + 1
      : definition.finalists * (definition.points.length + 1),
    workers,
    budgets: definition.budgets.map(({ kind, limit, original }) => {
      const unit = unitOfCost(definition, kind)
      return { kind, limit, original, ...(unit === undefined ? {} : { unit }) }
    }),
    ...(definition.maxDrop === null ? {} : { maxDrop: definition.maxDrop }),
    groups: groups.map(({ name, size }) => ({ name, size })),
    sites: decisions.decidables.map(({ kind, name, legal }) => ({ kind, name, most: legal.at(-1)! })),
    resumed: before.running + before.finished + before.failed > 0,
  })
  listen()
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
  const limits = limitsOf(job.means)
  const onBegun = (begun: Begun) => note({ at: Date.now(), type: 'task-begun', ...begun })
  const openPool = () => poolEvaluator(context, workers, workerFile, limits, onBegun)
  const open = () => guard.before(openPool())
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
  const whole = Math.max(1, job.baseline.cost.macs)
  await record({
    at: Date.now(),
    type: 'sites-weighed',
    sites: problem.sites.map(({ kind, name, features: { macs, errorAtHalf } }) => ({
      kind,
      name,
      share: macs / whole,
      error: errorAtHalf,
    })),
  })
  const points = pointsOf(definition)
  const problems = points.map(point => ({
    point,
    problem: { ...problem, budgets: budgetsAt(problem.budgets, point.aim, definition.fill) },
  }))
  const harms = () => harmsOf(problem.sites, graph, groups, { moments, ranking })
  const { agent, envOf } = await createPlayers(
    definition,
    problems.length === 0 ? [problem] : problems.map(({ problem }) => problem),
    harms,
  )
  await inheritAgent(definition, agent, store)
  // A worker's memory is the process's.
  const memory = () => process.memoryUsage.rss()
  const isFat = memoryWatch(memory, {
    settle: WATCH.settle * workers,
    window: WATCH.window * workers,
    slack: WATCH.slack * workers,
  })
  const isWorn = everyFew(job.means.recycle)
  const evaluator = guard.before(recycledEvaluator(openPool, workers, () => isFat() || isWorn()))
  const { rungs, halving, budgets } = definition
  const reward = rewards[definition.reward]
  const finalists = Math.max(1, definition.finalists)
  const common = {
    evaluator,
    store,
    emit,
    now: Date.now,
    memory,
    signal,
    reward,
    limits: budgets,
    original: job.baseline,
    maxDrop: definition.maxDrop,
    finalists,
  }
  try {
    const steps = rungs[0] ?? 0
    const { trials: count, inFlight } = definition
    const trials = await search({ ...common, agent, envOf, steps, trials: count, inFlight })
    const family = definition.nested
      ? await nestedFamily({ ...common, steps }, problems, trials, finalists)
      : null
    const aims = points.length === 0 ? [null] : points
    const played = await playPoints({ ...common, rungs, halving }, aims, trials, family, folder.path)
    // Latency is measured on a quiet machine.
    await evaluator.close()
    await conclude(job, played, record)
  } finally {
    await evaluator.close()
    await agent.dispose()
  }
}
