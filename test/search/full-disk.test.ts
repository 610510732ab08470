import { expect, it } from 'vitest'
import { evolutionAgent, evolutionDefaults } from '../../agents/evolution.js'
import { compressionEnv } from '../../envs/compression.js'
import { widthOf } from '../../envs/decidables.js'
import type { Evaluation } from '../../src/evaluate/evaluation.js'
import type { Evaluator } from '../../src/evaluate/evaluator.js'
import { playFinals } from '../../src/search/finals.js'
import { standingOf } from '../../src/search/ladder.js'
import type { RunStore } from '../../src/search/run-store.js'
import { search } from '../../src/search/search.js'
import { DiskError } from '../../src/store/failure.js'
import { memoryStore } from '../fixtures/memory-store.js'
import { blankFeatures } from '../fixtures/site-features.js'

const features = { ...blankFeatures, outChannels: 4, inChannels: 4 }
const sites = ['a', 'b'].map(name => ({
  ...widthOf({ name, size: 4, each: 1 }, { round: 1, minKeep: 0 }),
  features,
}))
const cost = (keep: ArrayLike<number>) => keep[0]! * keep[1]!

function evaluationOf({ a = 0, b = 0 }: Readonly<Record<string, number>>): Evaluation {
  const top1 = (a + b / 10) / 10
  return {
    scores: { val: { metric: 'top1', score: top1, top1, loss: 1, n: 10 } },
    cost: { macs: a * b, params: 0, size: 0, bitops: 0, bytes: 0 },
  }
}

const evaluator: Evaluator = {
  evaluate: async ({ keep }) => ({ evaluation: evaluationOf(keep), times: {}, worker: 1 }),
  probe: () => Promise.reject(new Error('not here')),
  fineTune: async ({ keep }) => {
    const evaluation = evaluationOf(keep)
    return { before: evaluation, after: evaluation, model: new Uint8Array(1), packed: null }
  },
  close: async () => {},
}

const common = { evaluator, emit: () => {}, now: () => 0, signal: new AbortController().signal }

function searchIn(store: RunStore) {
  return search({
    ...common,
    agent: evolutionAgent({ ...evolutionDefaults, seed: 3, sites: 2, population: 4, warmUp: 4 }),
    envOf: () => compressionEnv({ sites, budgets: [{ kind: 'macs', limit: 8, cost }], cost }),
    store,
    steps: 0,
    reward: ({ scores }) => scores.val?.score ?? Number.NaN,
    limits: [{ kind: 'macs', limit: 8 }],
    original: { scores: {}, cost: { macs: 100, params: 0, size: 0, bitops: 0, bytes: 0 } },
    trials: 12,
    inFlight: 3,
  })
}

const full = new DiskError('run.sqlite: no space is left on its disk')

/** The store, whose disk is full at one commit. */
function fullAt(store: RunStore, commit: number): RunStore {
  let commits = 0
  return {
    ...store,
    advance: step => (commits++ === commit ? Promise.reject(full) : store.advance(step)),
  }
}

it('ends at whatever commit the disk is full, and goes on from there with all that was told', async () => {
  const whole = memoryStore()
  const expected = await searchIn(whole.store)
  for (let commit = 0; commit < whole.steps.length; commit++) {
    const { store, steps } = memoryStore()
    await expect(searchIn(fullAt(store, commit))).rejects.toBe(full)
    expect(steps).toEqual(whole.steps.slice(0, commit))
    expect(await searchIn(store)).toEqual(expected)
  }
})

it('does not take a finalist that cannot be kept for one that failed', async () => {
  const standing = standingOf(await searchIn(memoryStore().store))
  const play = (store: RunStore, saveModel: (trial: number) => string) =>
    playFinals(
      {
        ...common,
        store,
        finalists: 2,
        before: 0,
        worthOf: ({ scores }) => scores.val?.score ?? 0,
        saveModel,
      },
      standing,
    )
  await expect(
    play(memoryStore().store, () => {
      throw full
    }),
  ).rejects.toBe(full)
  await expect(play(fullAt(memoryStore().store, 0), trial => `${trial}`)).rejects.toBe(full)
  expect(await play(memoryStore().store, trial => `${trial}`)).toHaveLength(2)
})
