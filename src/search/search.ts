import type { Agent } from '../../agents/agent.js'
import type { Env } from '../../envs/env.js'
import type { Evaluated, Evaluator } from '../evaluate/evaluator.js'
import type { RunEvent } from './events.js'
import { objectivesOf } from './objectives.js'
import type { Reward, RewardContext } from './reward.js'
import { rollout } from './rollout.js'
import { type RunStore, trialPages } from './run-store.js'
import { attempt, judge, type Outcome } from './tell.js'
import type { Trial, TrialOutcome } from './trial.js'
import { Twins } from './twins.js'

/** What a search works with; everything it depends on comes through here. */
export interface Search extends RewardContext {
  readonly agent: Agent
  /** Where a trial is decided: trials may have limits of their own. */
  readonly envOf: (trial: number) => Env
  readonly evaluator: Evaluator
  readonly store: RunStore
  readonly reward: Reward
  /** Steps of fine-tuning that every candidate gets before its score. */
  readonly steps: number
  /** How many trials in all. */
  readonly trials: number
  /** How many are in flight: part of the run's definition, so that results do not depend on the machine. */
  readonly inFlight: number
  readonly emit: (event: RunEvent) => void
  readonly now: () => number
  /** Bytes that the process has in use. */
  readonly memory?: () => number
  readonly signal: AbortSignal
}

/**
 * Ask, evaluate, tell, until all trials are told. Results are told in trial order, and telling trial n and beginning
 * trial n + inFlight are one commit; so what is learned depends neither on timing nor on the number of workers, and a
 * run killed at any instant goes on as if nothing had happened.
 * @throws the signal's reason once it is aborted; trials in flight then stay for the next process.
 */
export async function search(s: Search): Promise<readonly TrialOutcome[]> {
  const trials: TrialOutcome[] = []
  /** The steps of trials in flight; those of told ones are in the store alone. */
  const steps = new Map<number, Trial['trajectory']>()
  const outcomes = new Map<number, Promise<Outcome>>()

  const keep = ({ trajectory, ...trial }: Trial) => {
    trials[trial.number] = trial
    if (trial.state.kind === 'running') steps.set(trial.number, trajectory)
    else steps.delete(trial.number)
  }
  const withSteps = (trial: TrialOutcome): Trial => ({ ...trial, trajectory: steps.get(trial.number) ?? [] })
  const begin = (number: number): Trial => {
    const drawn = rollout(s.agent, s.envOf(number), number)
    const known = trials[number]
    if (known !== undefined) return withSteps(known)
    keep(drawn)
    return drawn
  }
  const teach = ({ number, trajectory, state }: Trial) => {
    if (state.kind === 'finished') {
      const { evaluation, reward } = state
      s.agent.remember({ trial: number, trajectory, reward, objectives: objectivesOf(evaluation, s) })
    }
    return s.agent.learn(number)
  }
  const follow = (number: number) => (number + s.inFlight < s.trials ? [begin(number + s.inFlight)] : [])
  const begunEvent = ({ number, policy }: Trial): RunEvent => ({
    at: s.now(),
    type: 'trial-begun',
    trial: number,
    policy,
  })

  const { stored, told } = await standing(s)
  const { from, hadBegun } = await restore(s, stored, told)
  for await (const page of trialPages(s.store, 0, stored))
    for (const trial of page) {
      keep(trial)
      if (trial.number < hadBegun) s.agent.recall?.(trial.number, trial.trajectory)
    }
  // An agent may note what it has begun: what it has learned without a checkpoint, it begins and learns the same again.
  if (from === 0) for (let number = 0; number < Math.min(s.inFlight, s.trials); number++) begin(number)
  for await (const page of trialPages(s.store, from, told))
    for (const trial of page) {
      s.signal.throwIfAborted()
      await teach(trial)
      follow(trial.number)
    }
  const begun = trials.slice(stored).map(withSteps)
  if (begun.length > 0) await commit(s, { begun }, begun.map(begunEvent))
  const twins = new Twins()
  for (const trial of trials.slice(0, told)) twins.firstOf(trial, trials)
  const evaluate = (trial: TrialOutcome) =>
    outcomes.set(trial.number, start(s, trial, twins.firstOf(trial, trials), outcomes))
  for (const trial of trials.slice(told)) evaluate(trial)

  for (let number = told; number < s.trials; number++) {
    const outcome = await outcomes.get(number)!
    s.signal.throwIfAborted()
    outcomes.delete(number)
    const trial: Trial = { ...withSteps(trials[number]!), state: judge(outcome, s.reward, s) }
    keep(trial)
    const report = await teach(trial)
    const next = follow(number)
    // Workers go on with the next trial while this one is written.
    for (const trial of next) evaluate(trial)
    const evaluated = outcome.kind === 'evaluated' && outcome.cachedFrom === null ? outcome.evaluated : null
    await commit(s, { told: trial, begun: next, checkpoint: s.agent.snapshot() }, [
      {
        at: s.now(),
        type: 'trial-told',
        trial: number,
        policy: trial.policy,
        state: trial.state,
        agent: report,
        elapsedMs: evaluated === null ? 0 : Object.values(evaluated.times).reduce((sum, ms) => sum + ms, 0),
        worker: evaluated?.worker ?? null,
        memory: {
          ...(s.memory === undefined ? {} : { process: s.memory() }),
          ...(evaluated?.memory === undefined ? {} : { worker: evaluated.memory }),
        },
      },
      ...next.map(begunEvent),
    ])
  }
  return trials
}

/** How many trials of the search are stored and how many of them told; what was tried after it is none of its own. */
async function standing(s: Search): Promise<{ readonly stored: number; readonly told: number }> {
  const { running, finished, failed } = await s.store.counts()
  const all = running + finished + failed
  return all > s.trials ? { stored: s.trials, told: s.trials } : { stored: all, told: all - running }
}

/**
 * Gives the agent the state it had. One that is of trials which are not there, or had begun some which are not there, is
 * of no use: a repaired run may have lost them.
 * @returns the first told trial that the agent does not know yet, and how many trials it had begun then
 */
async function restore(
  s: Search,
  stored: number,
  told: number,
): Promise<{ readonly from: number; readonly hadBegun: number }> {
  const anew = { from: 0, hadBegun: 0 }
  const checkpoint = await s.store.checkpoint()
  if (checkpoint === null) return anew
  const { trial, state } = checkpoint
  const hadBegun = trial < 0 ? 0 : Math.min(trial + 1 + s.inFlight, s.trials)
  if (trial >= told || stored < hadBegun) return anew
  s.agent.restore(state)
  return { from: trial + 1, hadBegun }
}

async function commit(
  s: Search,
  step: Parameters<RunStore['advance']>[0],
  events: readonly RunEvent[],
): Promise<void> {
  await s.store.advance({ ...step, events })
  for (const event of events) s.emit(event)
}

/** Evaluates a trial, or takes the result of the first earlier trial with the same policy if that has one. */
async function start(
  s: Search,
  trial: TrialOutcome,
  twin: TrialOutcome | null,
  outcomes: ReadonlyMap<number, Promise<Outcome>>,
): Promise<Outcome> {
  if (twin !== null) {
    const known = resultOf(twin) ?? (await outcomes.get(twin.number))
    if (known?.kind === 'evaluated') return { ...known, cachedFrom: twin.number }
  }
  return attempt(s, { ...trial.policy, trial: trial.number, steps: s.steps })
}

function resultOf({ state }: TrialOutcome): Outcome | undefined {
  if (state.kind !== 'finished') return undefined
  const evaluated: Evaluated = { evaluation: state.evaluation, times: {}, worker: 0 }
  return { kind: 'evaluated', evaluated, cachedFrom: null }
}
