import { describe, expect, it } from 'vitest'
import type { Evaluator, RungCandidate } from '../../src/evaluate/evaluator.js'
import { randomStream } from '../../src/random.js'
import type { RunEvent } from '../../src/search/events.js'
import { climb, rungSizes } from '../../src/search/ladder.js'
import { policyHash } from '../../src/search/policy.js'
import type { Climb, Trial } from '../../src/search/trial.js'
import { memoryStore } from '../fixtures/memory-store.js'

/** What a trial is worth after so many steps: the more steps, the nearer to its true worth. */
function worth(trial: number, steps: number): number {
  const [truth, noise] = ['truth', `noise ${steps}`].map(use => randomStream(1, trial, use).uniform())
  return (truth! * steps + noise! * 20) / (steps + 20)
}

const evaluationOf = (trial: number, steps: number) => ({
  scores: { val: { metric: 'top1', score: worth(trial, steps), loss: 1, n: 10 } },
  cost: { macs: 5, params: 0, size: 0, bitops: 0, bytes: 0 },
})

function trialOf(number: number): Trial {
  const policy = { keep: { a: number } }
  return {
    number,
    policy,
    policyHash: policyHash(policy),
    trajectory: [],
    state: {
      kind: 'finished',
      evaluation: evaluationOf(number, 0),
      reward: worth(number, 0),
      cachedFrom: null,
    },
  }
}

const trials = Array.from({ length: 100 }, (_, number) => trialOf(number))

function evaluatorOf(failing: (candidate: RungCandidate) => boolean = () => false) {
  const asked: RungCandidate[] = []
  const evaluator: Evaluator = {
    async evaluate(candidate) {
      asked.push(candidate)
      if (failing(candidate)) throw new Error('it diverged')
      return { evaluation: evaluationOf(candidate.trial, candidate.steps), times: {}, worker: 1 }
    },
    probe: () => Promise.reject(new Error('not here')),
    fineTune: () => Promise.reject(new Error('not here')),
    close: async () => {},
  }
  return { evaluator, asked }
}

function run(evaluator: Evaluator, change: Partial<Parameters<typeof climb>[0]> = {}, of = trials) {
  const events: RunEvent[] = []
  const standing = climb(
    {
      evaluator,
      store: memoryStore().store,
      rungs: [0, 16, 64],
      halving: 3,
      finalists: 2,
      reward: evaluation => evaluation.scores.val?.score ?? Number.NaN,
      limits: [{ kind: 'macs', limit: 5 }],
      original: evaluationOf(0, 0),
      emit: event => events.push(event),
      now: () => 0,
      signal: new AbortController().signal,
      ...change,
    },
    of,
  )
  return { standing, events }
}

const best = (of: readonly number[], steps: number, n: number) =>
  of.toSorted((a, b) => worth(b, steps) - worth(a, steps)).slice(0, n)

describe('the ladder', () => {
  it('lets the best of each rung through to the next, ranked by what they are worth there', async () => {
    const { evaluator, asked } = evaluatorOf()
    const standing = await run(evaluator).standing
    const all = trials.map(({ number }) => number)
    const first = best(all, 0, 18)
    const second = best(first, 16, 6)
    expect(asked.filter(({ steps }) => steps === 16).map(({ trial }) => trial)).toEqual(first)
    expect(asked.filter(({ steps }) => steps === 64).map(({ trial }) => trial)).toEqual(second)
    expect(standing.map(({ trial }) => trial.number)).toEqual([
      ...best(second, 64, 6),
      ...best(first, 16, 18).filter(trial => !second.includes(trial)),
      ...best(all, 0, 100).filter(trial => !first.includes(trial)),
    ])
    expect(standing[0]?.evaluation).toEqual(evaluationOf(standing[0]!.trial.number, 64))
  })

  it('has rungs of one cost where steps grow as trials shrink', () => {
    expect(rungSizes({ rungs: [0, 16, 64, 256], halving: 4, finalists: 3 })).toEqual([192, 48, 12])
    expect(rungSizes({ rungs: [8], halving: 4, finalists: 3 })).toEqual([])
  })

  it('does no climbing where there is nothing to choose', async () => {
    const { evaluator, asked } = evaluatorOf()
    const standing = await run(evaluator, {}, trials.slice(0, 2)).standing
    expect(asked).toEqual([])
    expect(standing).toHaveLength(2)
  })

  it('drops a trial that fails, with the reason, and goes on', async () => {
    const { evaluator } = evaluatorOf(({ trial }) => trial % 2 === 0)
    const { standing, events } = run(evaluator)
    const reached = (await standing).slice(0, 3)
    expect(reached.every(({ trial }) => trial.number % 2 === 1)).toBe(true)
    const failed = events.filter(event => event.type === 'climb-told' && event.state.kind === 'failed')
    expect(failed.length).toBeGreaterThan(0)
    for (const event of failed) expect(event).toMatchObject({ state: { reason: 'it diverged' } })
  })

  it('goes on from any point without doing anything twice', async () => {
    const whole = memoryStore()
    const expected = await run(evaluatorOf().evaluator, { store: whole.store }).standing
    const climbs = whole.steps.flatMap(({ climb: told }) => (told === undefined ? [] : [told]))
    expect(climbs).toHaveLength(18 + 6)
    for (const told of [1, 17, 18, 20]) {
      const cut = memoryStore()
      for (const step of climbs.slice(0, told) as Climb[]) await cut.store.advance({ climb: step })
      const { evaluator, asked } = evaluatorOf()
      const { standing, events } = run(evaluator, { store: cut.store })
      expect(await standing).toEqual(expected)
      expect(asked).toHaveLength(climbs.length - told)
      // A rung of which all is known is not begun again: a screen would forget the one above.
      const begun = events.flatMap(event => (event.type === 'rung-begun' ? [event.rung] : []))
      expect(begun).toEqual(told < 18 ? [1, 2] : [2])
    }
  })

  it('says why no trial finished', async () => {
    const failed = trials
      .slice(0, 3)
      .map((trial): Trial => ({ ...trial, state: { kind: 'failed', reason: 'too small' } }))
    await expect(run(evaluatorOf().evaluator, {}, failed).standing).rejects.toThrow(
      'no trial is left; the last failed because: too small',
    )
  })

  it('says why nobody came up a rung', async () => {
    const { standing } = run(evaluatorOf(() => true).evaluator, {}, trials.slice(0, 10))
    await expect(standing).rejects.toThrow('no trial is left; the last failed because: it diverged')
  })

  it('stores no verdict on those whose climb the run itself broke off', async () => {
    const { store, steps } = memoryStore()
    let told = 0
    const breaking = async (step: Parameters<typeof store.advance>[0]) => {
      if (step.climb !== undefined && ++told === 2) throw new Error('the disk is full')
      await store.advance(step)
    }
    const waiting: Evaluator = {
      ...evaluatorOf().evaluator,
      evaluate: (candidate, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('interrupted')))
          const evaluation = evaluationOf(candidate.trial, candidate.steps)
          if (steps.length < 4 && candidate.trial < 50) resolve({ evaluation, times: {}, worker: 1 })
        }),
    }
    const { standing } = run(waiting, { store: { ...store, advance: breaking } })
    await expect(standing).rejects.toThrow('the disk is full')
    const climbs = await store.climbs()
    expect(climbs.length).toBeGreaterThan(0)
    expect(climbs.filter(({ state }) => state.kind === 'failed')).toEqual([])
  })

  it('stops with the signal’s reason', async () => {
    const stop = new AbortController()
    const { evaluator } = evaluatorOf()
    const stopping: Evaluator = {
      ...evaluator,
      evaluate(candidate, signal) {
        stop.abort(new Error('enough'))
        return signal.aborted ? Promise.reject(signal.reason) : evaluator.evaluate(candidate, signal)
      },
    }
    await expect(run(stopping, { signal: stop.signal }).standing).rejects.toThrow('enough')
  })
})
