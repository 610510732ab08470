import type { Policy } from '../compress/policy.js'
import { policyHash } from './policy.js'
import type { Search } from './search.js'
import { attempt, judge } from './tell.js'
import type { Trial, TrialOutcome } from './trial.js'

/** What trials beyond those of the search need. */
export type MoreTrials = Pick<
  Search,
  'evaluator' | 'store' | 'reward' | 'steps' | 'limits' | 'original' | 'maxDrop' | 'emit' | 'now' | 'signal'
>

/**
 * Trials of given policies, evaluated as those of the search are and numbered on from them; one with a policy that was
 * evaluated before is that trial. What an earlier process has told is not evaluated again.
 * @param trials all so far, by number
 */
export async function tryPolicies(
  m: MoreTrials,
  trials: readonly TrialOutcome[],
  policies: readonly Policy[],
): Promise<readonly TrialOutcome[]> {
  const later = await m.store.trialsFrom(trials.length, policies.length)
  const stored = new Map(later.map(trial => [trial.number, trial]))
  const all = [...trials]
  const tried: TrialOutcome[] = []
  for (const policy of policies) {
    const hash = policyHash(policy)
    const twin = all.find(
      ({ policyHash, state }) =>
        policyHash === hash && state.kind === 'finished' && state.cachedFrom === null,
    )
    const trial = twin ?? (await tryPolicy(m, stored.get(all.length) ?? null, all.length, policy))
    if (twin === undefined) all.push(trial)
    tried.push(trial)
  }
  return tried
}

async function tryPolicy(
  m: MoreTrials,
  stored: Trial | null,
  number: number,
  policy: Policy,
): Promise<Trial> {
  if (stored !== null && stored.state.kind !== 'running') return stored
  const begun: Trial = {
    number,
    policy,
    policyHash: policyHash(policy),
    trajectory: [],
    state: { kind: 'running' },
  }
  if (stored === null) {
    const event = { at: m.now(), type: 'trial-begun', trial: number, policy } as const
    await m.store.advance({ begun: [begun], events: [event] })
    m.emit(event)
  }
  const started = m.now()
  const outcome = await attempt(m, { ...policy, trial: number, steps: m.steps })
  if (outcome.kind === 'threw') m.signal.throwIfAborted()
  const told: Trial = { ...begun, state: judge(outcome, m.reward, m) }
  const event = {
    at: m.now(),
    type: 'trial-told',
    trial: number,
    policy,
    state: told.state,
    agent: { phase: 'fixed' },
    elapsedMs: m.now() - started,
    worker: outcome.kind === 'evaluated' ? outcome.evaluated.worker : null,
  } as const
  await m.store.advance({ told, events: [event] })
  m.emit(event)
  return told
}
