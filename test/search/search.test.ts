import { describe, expect, it } from 'vitest'
import type { Agent, Imagine } from '../../agents/agent.js'
import { evolutionAgent, evolutionDefaults } from '../../agents/evolution.js'
import { randomAgent } from '../../agents/random.js'
import { screenDefaults, screenedAgent } from '../../agents/screened.js'
import { compressionEnv } from '../../envs/compression.js'
import { widthOf } from '../../envs/decidables.js'
import type { Candidate, Evaluated, Evaluator } from '../../src/evaluate/evaluator.js'
import { randomStream } from '../../src/random.js'
import { walk } from '../../src/search/rollout.js'
import type { RunStore } from '../../src/search/run-store.js'
import { search } from '../../src/search/search.js'
import { memoryStore } from '../fixtures/memory-store.js'
import { blankFeatures } from '../fixtures/site-features.js'

const features = { ...blankFeatures, outChannels: 4, inChannels: 4 }
const rules = { round: 1, minKeep: 0 }
const sites = ['a', 'b'].map(name => ({ ...widthOf({ name, size: 4, each: 1 }, rules), features }))
const cost = (keep: ArrayLike<number>) => keep[0]! * keep[1]!

function envOf() {
  return compressionEnv({ sites, budgets: [{ kind: 'macs', limit: 8, cost }], cost })
}

/** Evaluations that end in an order of their own, and fail where told to. */
function scrambledEvaluator(seed: number, failing: (candidate: Candidate) => string | null = () => null) {
  const evaluated: Candidate[] = []
  const evaluator: Evaluator = {
    async evaluate(candidate) {
      evaluated.push(candidate)
      const turns = randomStream(seed, candidate.trial, 'turns').below(20)
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      const reason = failing(candidate)
      if (reason !== null) throw new Error(reason)
      const { a = 0, b = 0 } = candidate.keep
      const top1 = reason === null ? (a + b / 10) / 10 : 0
      return {
        evaluation: {
          scores: { val: { metric: 'top1', score: top1, top1, loss: 1, n: 10 } },
          cost: { macs: a * b, params: 0, size: 0, bitops: 0, bytes: 0 },
        },
        times: {},
        worker: 1,
      } satisfies Evaluated
    },
    probe: () => Promise.reject(new Error('not here')),
    fineTune: async () => {
      throw new Error('not here')
    },
    close: async () => {},
  }
  return { evaluator, evaluated }
}

function run(
  evaluator: Evaluator,
  store: RunStore,
  trials = 30,
  inFlight = 4,
  signal = new AbortController().signal,
  agent: Agent = randomAgent(3),
) {
  return search({
    agent,
    envOf,
    evaluator,
    store,
    steps: 0,
    reward: evaluation => evaluation.scores.val?.top1 ?? Number.NaN,
    limits: [{ kind: 'macs', limit: 8 }],
    original: { scores: {}, cost: { macs: 100, params: 0, size: 0, bitops: 0, bytes: 0 } },
    trials,
    inFlight,
    emit: () => {},
    now: () => 0,
    signal,
  })
}

describe('search', () => {
  it('tells results in order, whatever order they come in', async () => {
    const [first, second] = [memoryStore(), memoryStore()]
    const a = await run(scrambledEvaluator(1).evaluator, first.store)
    const b = await run(scrambledEvaluator(2).evaluator, second.store)
    expect(a).toEqual(b)
    expect(first.steps).toEqual(second.steps)
    // Of millions of trials, the steps would not fit into memory.
    expect(a.filter(trial => 'trajectory' in trial)).toEqual([])
    expect(first.steps.flatMap(step => (step.told === undefined ? [] : [step.told.number]))).toEqual([
      ...Array(30).keys(),
    ])
  })

  it('begins the next trial in the commit that tells one', async () => {
    const { store, steps } = memoryStore()
    await run(scrambledEvaluator(1).evaluator, store, 10, 3)
    expect(steps.map(step => [step.told?.number ?? null, step.begun?.map(trial => trial.number)])).toEqual([
      [null, [0, 1, 2]],
      ...[0, 1, 2, 3, 4, 5, 6].map(n => [n, [n + 3]]),
      ...[7, 8, 9].map(n => [n, []]),
    ])
  })

  it('evaluates each policy once and says where a cached result is from', async () => {
    const { evaluator, evaluated } = scrambledEvaluator(1)
    const trials = await run(evaluator, memoryStore().store, 60)
    const policies = new Set(trials.map(trial => trial.policyHash))
    expect(policies.size).toBeLessThan(60)
    expect(evaluated).toHaveLength(policies.size)
    for (const { number, policyHash, state } of trials) {
      if (state.kind !== 'finished') throw new Error('expected a finished trial')
      const first = trials.find(trial => trial.policyHash === policyHash)
      expect(state.cachedFrom).toBe(first?.number === number ? null : first?.number)
    }
  })

  it('fails a trial with the reason and goes on', async () => {
    const trials = await run(
      scrambledEvaluator(1, ({ trial }) => (trial === 0 ? 'out of memory' : null)).evaluator,
      memoryStore().store,
    )
    const failed = trials.filter(trial => trial.state.kind === 'failed')
    expect(failed.length).toBeGreaterThan(0)
    for (const { state } of failed) expect(state).toEqual({ kind: 'failed', reason: 'out of memory' })
  })

  it('goes on from any point as if it had never stopped', async () => {
    const whole = memoryStore()
    const expected = await run(scrambledEvaluator(1).evaluator, whole.store)
    for (const stopAfter of [1, 5, 17]) {
      const cut = memoryStore()
      for (const step of whole.steps.slice(0, stopAfter)) await cut.store.advance(step)
      expect(await run(scrambledEvaluator(9).evaluator, cut.store)).toEqual(expected)
    }
  })

  it('lets an agent whose state was lost learn again what it knew', async () => {
    const settings = { ...evolutionDefaults, seed: 3, sites: 2, population: 5, warmUp: 5 }
    const again = (store: RunStore, seed: number) =>
      run(scrambledEvaluator(seed).evaluator, store, 30, 4, undefined, evolutionAgent(settings))
    const whole = memoryStore()
    const expected = await again(whole.store, 1)
    for (const stopAfter of [1, 9, 20]) {
      const cut = memoryStore()
      for (const step of whole.steps.slice(0, stopAfter)) await cut.store.advance(step)
      expect(await again(cut.store, 9)).toEqual(expected)
      // What was in flight may be lost too: it is begun again, the same.
      const shorter = memoryStore()
      const begun = (await cut.store.trials()).slice(0, stopAfter + 1)
      await shorter.store.advance({ begun })
      expect(await again(shorter.store, 9)).toEqual(expected)
    }
  })

  it('gives back an agent’s state, and the trials that are not in it', async () => {
    const imagine: Imagine = choose => walk(envOf(), choose)
    const settings = { ...evolutionDefaults, seed: 3, sites: 2, population: 5, warmUp: 5 }
    const again = (store: RunStore, seed: number) => {
      const known = { plans: [[0.5, 0.5]], harms: () => [0, 0], spent: null }
      const options = { ...screenDefaults, ...known, seed: 3, sites: 2, warmUp: 4 }
      const agent = screenedAgent(evolutionAgent(settings), imagine, options)
      const { evaluator } = scrambledEvaluator(seed, ({ trial }) => (trial % 7 === 3 ? 'it broke' : null))
      return run(evaluator, store, 16, 4, undefined, agent)
    }
    const whole = memoryStore('state')
    const expected = await again(whole.store, 1)
    for (const stopAfter of [1, 2, 7, 12, 16]) {
      const cut = memoryStore('state')
      for (const step of whole.steps.slice(0, stopAfter)) await cut.store.advance(step)
      expect(await again(cut.store, 9)).toEqual(expected)
      expect(await cut.store.checkpoint()).toEqual(await whole.store.checkpoint())
    }
  })

  it('stops with the signal’s reason', async () => {
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    await expect(
      run(scrambledEvaluator(1).evaluator, memoryStore().store, 30, 4, stop.signal),
    ).rejects.toThrow('enough')
  })
})
