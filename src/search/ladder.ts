import { setMaxListeners } from 'node:events'
import type { Evaluation } from '../evaluate/evaluation.js'
import type { Evaluator } from '../evaluate/evaluator.js'
import type { RunEvent } from './events.js'
import type { Reward, RewardContext } from './reward.js'
import type { RunStore } from './run-store.js'
import { attempt, judge } from './tell.js'
import type { Climb, TrialOutcome } from './trial.js'

/** The ladder between the search and the finals: which rungs there are and how many trials a rung lets through. */
export interface Ladder extends RewardContext {
  readonly evaluator: Evaluator
  readonly store: RunStore
  /** Steps of fine-tuning before the score, by rung; the first is what every trial of the search got. */
  readonly rungs: readonly number[]
  /** One of so many trials on a rung goes on to the next. */
  readonly halving: number
  /** How many come out at the top at least. */
  readonly finalists: number
  readonly reward: Reward
  readonly emit: (event: RunEvent) => void
  readonly now: () => number
  readonly signal: AbortSignal
}

/** A finished trial as it stands: its newest evaluation and reward, those of the highest rung it was on. */
export interface Standing {
  readonly trial: TrialOutcome
  readonly evaluation: Evaluation
  readonly reward: number
}

/**
 * The finished trials of distinct policies, best first: those that climbed highest, and among them by reward, then by
 * number. One that failed on a rung is not among them.
 */
export function standingOf(
  trials: readonly TrialOutcome[],
  climbs: readonly Climb[] = [],
): readonly Standing[] {
  const highest = new Map<number, Climb>()
  for (const climb of climbs)
    if (climb.rung > (highest.get(climb.trial)?.rung ?? 0)) highest.set(climb.trial, climb)
  const rungOf = ({ trial }: Standing) => highest.get(trial.number)?.rung ?? 0
  return trials
    .flatMap(trial => {
      if (trial.state.kind !== 'finished' || trial.state.cachedFrom !== null) return []
      const state = highest.get(trial.number)?.state ?? trial.state
      return state.kind === 'finished' ? [{ trial, evaluation: state.evaluation, reward: state.reward }] : []
    })
    .sort((a, b) => rungOf(b) - rungOf(a) || b.reward - a.reward || a.trial.number - b.trial.number)
}

/** How many trials are on each rung above the first, so that the top one has `halving` times the finalists. */
export function rungSizes({
  rungs,
  halving,
  finalists,
}: Pick<Ladder, 'rungs' | 'halving' | 'finalists'>): readonly number[] {
  return rungs.slice(1).map((_, i) => finalists * halving ** (rungs.length - 1 - i))
}

/**
 * Successive halving (Jamieson & Talwalkar 2016) over a run's trials: the best of each rung are fine-tuned for the steps
 * of the next and ranked anew. Returns all that did not fail, best first. Each result is kept as soon as it is there;
 * those that an earlier process has are not done again.
 * @throws Error where no trial is left, with the last one's reason; and the signal's reason once it is aborted.
 */
export async function climb(l: Ladder, trials: readonly TrialOutcome[]): Promise<readonly Standing[]> {
  const climbs = [...(await l.store.climbs())]
  for (const [i, size] of rungSizes(l).entries()) {
    const rung = i + 1
    const below = climbs.filter(climb => climb.rung < rung)
    const climbers = standingOf(trials, below).slice(0, size)
    // Nobody is to be chosen among so few.
    if (climbers.length <= l.finalists) break
    const left = climbers.filter(
      ({ trial }) => !climbs.some(climb => climb.trial === trial.number && climb.rung === rung),
    )
    if (left.length === 0) continue
    await record(l, { at: l.now(), type: 'rung-begun', rung, steps: l.rungs[rung]!, trials: climbers.length })
    climbs.push(...(await climbAll(l, left, rung)))
  }
  const standing = standingOf(trials, climbs)
  if (standing.length === 0) throw new Error(`no trial is left${lastReason([...trials, ...climbs])}`)
  return standing
}

/** All climbs of a rung. A failure of the run itself ends those under way, which is no verdict on them. */
async function climbAll(l: Ladder, standing: readonly Standing[], rung: number): Promise<Climb[]> {
  const broken = new AbortController()
  const signal = AbortSignal.any([l.signal, broken.signal])
  // Each worker listens to it.
  setMaxListeners(0, signal)
  const results = await Promise.allSettled(
    standing.map(async ({ trial }) => {
      try {
        return await climbOne({ ...l, signal }, trial, rung)
      } catch (error) {
        broken.abort(error)
        throw error
      }
    }),
  )
  signal.throwIfAborted()
  return results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}

/** Fine-tunes and scores a trial on a rung, and keeps the result. */
async function climbOne(l: Ladder, { number, policy }: TrialOutcome, rung: number): Promise<Climb> {
  const steps = l.rungs[rung]!
  const started = l.now()
  const outcome = await attempt(l, { ...policy, trial: number, steps })
  if (outcome.kind === 'threw') l.signal.throwIfAborted()
  const climb: Climb = { trial: number, rung, steps, state: judge(outcome, l.reward, l) }
  const worker = outcome.kind === 'evaluated' ? outcome.evaluated.worker : null
  const elapsedMs = l.now() - started
  const event: RunEvent = { at: l.now(), type: 'climb-told', ...climb, policy, elapsedMs, worker }
  await l.store.advance({ climb, events: [event] })
  l.emit(event)
  return climb
}

async function record(l: Ladder, event: RunEvent): Promise<void> {
  await l.store.advance({ events: [event] })
  l.emit(event)
}

function lastReason(told: readonly Pick<TrialOutcome, 'state'>[]): string {
  const failed = told.findLast(({ state }) => state.kind === 'failed')
  return failed?.state.kind === 'failed' ? `; the last failed because: ${failed.state.reason}` : ''
}
