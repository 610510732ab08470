import type { Policy } from '../../compress/policy.js'
import type { Evaluation } from '../../evaluate/evaluation.js'
import { isDeviceCost } from '../../graph/cost-kinds.js'
import type { RunDefinition } from '../../search/definition.js'
import type { ModelReport, RunEvent } from '../../search/events.js'
import { leaderOf } from '../../search/leader.js'
import type { RunReader } from '../../search/run-store.js'
import type { TrialOutcome } from '../../search/trial.js'
import { isWorkedOn } from '../job/locks.js'
import { maxDropResult, type PointResult, pointResults } from './aims-result.js'
import type { RunFolder } from './run-folder.js'

/** Facts of a model as the JSON document shows them. */
interface ModelFigures extends Partial<Evaluation['scores']> {
  readonly macs: number
  readonly params: number
  readonly bytes: number
  readonly latencyMs?: ModelReport['latencyMs']
}

/** What `pare search --json` and `pare show --json` print (DESIGN, Contracts). */
export interface RunResult {
  readonly run: string
  readonly state: 'running' | 'paused' | 'finished' | 'interrupted' | 'failed'
  readonly seed: number
  readonly agent: string
  readonly criterion: string
  readonly backend: string
  readonly trials: {
    readonly finished: number
    readonly failed: number
    readonly cached: number
    readonly perSecond: number
  }
  readonly budget: readonly {
    readonly kind: string
    readonly limit: number
    readonly value: number | null
    readonly met: boolean
    /** Of a cost on a device: whether the value was measured, or only predicted. */
    readonly basis?: 'measured' | 'predicted'
  }[]
  /** The model of each of several points, the largest first. */
  readonly points?: readonly PointResult[]
  /** Where the score may fall by no more than a limit: both in points of it. */
  readonly maxDrop?: {
    readonly limit: number
    readonly value: number | null
    readonly met: boolean
    readonly minimize: string
  }
  readonly baseline: ModelFigures | null
  readonly best:
    | (ModelFigures & {
        readonly trial: number
        readonly policy: Policy
        readonly beforeFineTune: Evaluation['scores']
        readonly file: string | null
      })
    | null
}

function figures({
  scores,
  cost,
  latencyMs,
}: Evaluation & { readonly latencyMs?: ModelReport['latencyMs'] }): ModelFigures {
  return { ...cost, ...scores, ...(latencyMs === undefined || latencyMs === null ? {} : { latencyMs }) }
}

/** The last event of a type. */
function last<T extends RunEvent['type']>(events: readonly RunEvent[], type: T) {
  return events.findLast((event): event is Extract<RunEvent, { type: T }> => event.type === type)
}

/** How the newest process that worked on the run left it, or what it does. */
export function stateOf(events: readonly RunEvent[]): RunResult['state'] {
  for (const event of events.toReversed())
    switch (event.type) {
      case 'run-started':
      case 'continued':
        return 'running'
      case 'paused':
        return 'paused'
      case 'run-ended':
        return event.outcome
      default:
    }
  return 'running'
}

/** As `stateOf`; what no process works on any more was interrupted, though none was left to record it. */
export async function standingOf(
  events: readonly RunEvent[],
  folder: Pick<RunFolder, 'path'>,
): Promise<RunResult['state']> {
  const state = stateOf(events)
  return isOpen(state) && !(await isWorkedOn(folder)) ? 'interrupted' : state
}

/** Whether a run in this state has a process, if that is alive. */
export function isOpen(state: RunResult['state']): boolean {
  return state === 'running' || state === 'paused'
}

/** What the search scored a trial at; nothing where it scored another in its place. */
function scoresOf(trial: TrialOutcome | null): Evaluation['scores'] {
  const state = trial?.state
  return state?.kind === 'finished' && state.cachedFrom === null ? state.evaluation.scores : {}
}

/** A run's result so far, read from its store. */
export async function readResult(
  definition: RunDefinition,
  folder: RunFolder,
  store: RunReader,
): Promise<RunResult> {
  const { finished, failed, cached } = await store.counts()
  const events = await store.milestones()
  const elapsed = await store.workedMs()
  const baseline = last(events, 'baseline')?.report
  const chosen = last(events, 'chosen')
  const leader = await leaderOf(store)
  const evaluation = chosen?.report ?? leader?.evaluation
  const trial = chosen === undefined ? (leader?.trial ?? null) : await store.trial(chosen.trial)
  const finalist = (await store.finalists()).find(other => other.trial === trial?.number)
  const beforeFineTune = finalist?.before.scores ?? scoresOf(trial)
  return {
    run: folder.name,
    state: await standingOf(events, folder),
    seed: definition.seed,
    agent: definition.agent,
    criterion: definition.criterion,
    backend: events.findLast(event => event.type === 'run-started')?.backend ?? definition.backend,
    trials: {
      finished,
      failed,
      cached,
      // Told trials a second over the time in which processes worked on trials.
      perSecond: elapsed > 0 ? ((finished + failed) * 1000) / elapsed : 0,
    },
    budget: definition.budgets.map(({ kind, limit }) => {
      const measured = chosen?.report.confirmed?.[kind]
      const value = measured ?? evaluation?.cost[kind] ?? null
      const basis = measured === undefined ? 'predicted' : 'measured'
      return {
        kind,
        limit,
        value,
        met: value !== null && value <= limit,
        ...(isDeviceCost(kind) ? { basis } : {}),
      }
    }),
    ...(definition.points.length === 0 ? {} : { points: pointResults(definition, events, folder.path) }),
    ...(definition.maxDrop === null
      ? {}
      : { maxDrop: maxDropResult(definition.maxDrop, evaluation, baseline) }),
    baseline: baseline === undefined ? null : figures(baseline),
    best:
      evaluation === undefined || trial === null
        ? null
        : {
            ...figures(evaluation),
            trial: trial.number,
            policy: trial.policy,
            beforeFineTune,
            // Where it is now: the run may have been made elsewhere.
            file: chosen === undefined ? null : folder.best,
          },
  }
}
