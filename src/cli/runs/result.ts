import type { Policy } from '../../compress/policy.js'
import type { Evaluation } from '../../evaluate/evaluation.js'
import { isDeviceCost } from '../../graph/cost-kinds.js'
import type { RunDefinition } from '../../search/definition.js'
import type { ModelReport, RunEvent } from '../../search/events.js'
import { standingOf } from '../../search/ladder.js'
import type { RunReader } from '../../search/run-store.js'
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

/** Told trials a second over the time in which processes worked on trials. */
function trialsPerSecond(events: readonly RunEvent[]): number {
  let told = 0
  let elapsed = 0
  let previous: number | null = null
  for (const event of events) {
    if (event.type === 'run-started') previous = null
    if (event.type !== 'trial-told' && event.type !== 'trial-begun') continue
    if (event.type === 'trial-told') told++
    if (previous !== null) elapsed += event.at - previous
    previous = event.at
  }
  return elapsed > 0 ? (told * 1000) / elapsed : 0
}

/** A run's result so far, read from its store. */
export async function readResult(
  definition: RunDefinition,
  folder: RunFolder,
  store: RunReader,
): Promise<RunResult> {
  const trials = await store.trials()
  const { events } = await store.events(0)
  const baseline = last(events, 'baseline')?.report
  const chosen = last(events, 'chosen')
  const [leader] = standingOf(trials, await store.climbs())
  const evaluation = chosen?.report ?? leader?.evaluation
  const number = chosen?.trial ?? leader?.trial.number
  const beforeFineTune =
    (await store.finalists()).find(({ trial }) => trial === number)?.before.scores ??
    standingOf(trials).find(({ trial }) => trial.number === number)?.evaluation.scores ??
    {}
  const count = (kind: string) => trials.filter(trial => trial.state.kind === kind).length
  const policy = trials.find(trial => trial.number === number)?.policy
  return {
    run: folder.name,
    state: stateOf(events),
    seed: definition.seed,
    agent: definition.agent,
    criterion: definition.criterion,
    backend: events.findLast(event => event.type === 'run-started')?.backend ?? definition.backend,
    trials: {
      finished: count('finished'),
      failed: count('failed'),
      cached: trials.filter(({ state }) => state.kind === 'finished' && state.cachedFrom !== null).length,
      perSecond: trialsPerSecond(events),
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
      evaluation === undefined || number === undefined || policy === undefined
        ? null
        : {
            ...figures(evaluation),
            trial: number,
            policy,
            beforeFineTune,
            // Where it is now: the run may have been made elsewhere.
            file: chosen === undefined ? null : folder.best,
          },
  }
}
