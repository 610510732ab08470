import type { AgentReport } from '../../agents/agent.js'
import type { Policy } from '../compress/policy.js'
import type { Evaluation } from '../evaluate/evaluation.js'
import type { RunEvent } from './events.js'
import { type RunReader, trialPages } from './run-store.js'
import type { Climb, Finalist, Trial, TrialState } from './trial.js'

/** What came of a trial, on the first rung or on a later one; null where it does not apply. */
export interface Outcome {
  readonly state: TrialState['kind']
  readonly reason: string | null
  readonly reward: number | null
  readonly evaluation: Evaluation | null
}

/** All that a run knows of one trial: plain data for other programs. */
export interface TrialRecord extends Outcome {
  readonly number: number
  /** The trial whose evaluation of the same policy was reused. */
  readonly cachedFrom: number | null
  readonly policy: Policy
  readonly policyHash: string
  /** The rungs above the first that it climbed, in order. */
  readonly rungs: readonly (Outcome & { readonly rung: number; readonly steps: number })[]
  /** After the finals; null for a trial that was no finalist. */
  readonly final: Evaluation | null
  /** Whether its model is the run's result, or that of one of several points. */
  readonly chosen: boolean
  /** When it was begun for the last time and when it was told, ms since the epoch. */
  readonly begunAt: number | null
  readonly toldAt: number | null
  /** Wall time of its evaluation, ms; 0 for a cached one. */
  readonly elapsedMs: number | null
  /** What the agent said of itself after learning from it. */
  readonly agent: AgentReport | null
}

/** What a run's store holds. */
export interface RunRows {
  readonly trials: readonly Trial[]
  readonly climbs: readonly Climb[]
  readonly finalists: readonly Finalist[]
  readonly events: readonly RunEvent[]
}

/** All records of a run, page by page from the first; each call starts anew. */
export type RecordPages = () => AsyncIterable<readonly TrialRecord[]>

/** Reads a run's records page by page: what of them is not about single trials is read once. */
export async function recordPages(reader: RunReader): Promise<RecordPages> {
  const [climbs, finalists] = [await reader.climbs(), await reader.finalists()]
  const milestones = await reader.milestones()
  return async function* () {
    for await (const trials of trialPages(reader)) {
      const told = await reader.trialEvents(trials[0]!.number, trials.at(-1)!.number)
      const events = [...milestones, ...told]
      yield trialRecords({ trials, climbs, finalists, events })
    }
  }
}

/** The records of some trials; of the others, the rows may tell or not. */
export function trialRecords({ trials, climbs, finalists, events }: RunRows): readonly TrialRecord[] {
  const begun = new Map<number, number>()
  const told = new Map<number, Extract<RunEvent, { type: 'trial-told' }>>()
  const chosen = new Set<number>()
  const rungs = new Map<number, Climb[]>()
  for (const climb of climbs) rungs.set(climb.trial, [...(rungs.get(climb.trial) ?? []), climb])
  const finals = new Map(finalists.map(({ trial, after }) => [trial, after]))
  for (const event of events) {
    if (event.type === 'trial-begun') begun.set(event.trial, event.at)
    if (event.type === 'trial-told') told.set(event.trial, event)
    if (event.type === 'chosen' || event.type === 'point-chosen') chosen.add(event.trial)
  }
  return trials.map(({ number, policy, policyHash, state }) => ({
    number,
    ...outcomeOf(state),
    cachedFrom: state.kind === 'finished' ? state.cachedFrom : null,
    policy,
    policyHash,
    rungs: (rungs.get(number) ?? []).map(({ rung, steps, state }) => ({ rung, steps, ...outcomeOf(state) })),
    final: finals.get(number) ?? null,
    chosen: chosen.has(number),
    begunAt: begun.get(number) ?? null,
    toldAt: told.get(number)?.at ?? null,
    elapsedMs: told.get(number)?.elapsedMs ?? null,
    agent: told.get(number)?.agent ?? null,
  }))
}

function outcomeOf(state: TrialState): Outcome {
  const nothing = { reason: null, reward: null, evaluation: null }
  switch (state.kind) {
    case 'running':
      return { ...nothing, state: state.kind }
    case 'failed':
      return { ...nothing, state: state.kind, reason: state.reason }
    case 'finished':
      return { ...nothing, state: state.kind, reward: state.reward, evaluation: state.evaluation }
  }
}
