import { describe, expect, it } from 'vitest'
import { toldTrials, workedTime } from '../../src/compare/told.js'
import type { RunEvent } from '../../src/search/events.js'
import type { TrialState } from '../../src/search/trial.js'

const policy = { keep: {} }
const agent = { phase: 'learning' } as const

const started = (at: number, resumed: boolean): RunEvent => ({
  at,
  type: 'run-started',
  run: 'a',
  model: 'm.onnx',
  agent: 'random',
  backend: 'wasm',
  seed: 1,
  trials: 4,
  finalists: 0,
  workers: 1,
  budgets: [],
  groups: [],
  resumed,
})

function told(at: number, trial: number, state: TrialState): RunEvent {
  return { at, type: 'trial-told', trial, policy, state, agent, elapsedMs: 0, worker: null }
}

function finished(top1: number, cachedFrom: number | null = null): TrialState {
  const cost = { macs: 1, params: 1, bytes: 1, size: 1, bitops: 1 }
  return {
    kind: 'finished',
    evaluation: { scores: { val: { metric: 'top1', score: top1, top1, loss: 1, n: 10 } }, cost },
    reward: top1,
    cachedFrom,
  }
}

const events: readonly RunEvent[] = [
  started(1000, false),
  told(1500, 0, { kind: 'failed', reason: 'costs too much' }),
  told(1700, 1, finished(0.5)),
  // Killed; the night between is nobody's.
  started(900_000, true),
  told(900_040, 2, finished(0.4)),
  told(900_050, 3, finished(0.5, 1)),
  { at: 900_950, type: 'run-ended', outcome: 'finished', message: '' },
]

describe('told trials', () => {
  it('count failed and cached ones, and only finished ones as the best', () => {
    const trials = toldTrials(events)
    expect(trials.map(({ evaluations }) => evaluations)).toEqual([1, 2, 3, 4])
    expect(trials.map(({ score }) => score)).toEqual([null, 0.5, 0.4, 0.5])
    expect(trials.map(({ best }) => best)).toEqual([null, 0.5, 0.5, 0.5])
  })

  it('leave out the pauses between processes', () => {
    expect(toldTrials(events).map(({ ms }) => ms)).toEqual([500, 700, 740, 750])
    expect(workedTime(events)).toBe(1650)
  })

  it('never take time back when the clock is set back', () => {
    const back = [started(1000, false), told(1500, 0, finished(0.5)), told(700, 1, finished(0.5))]
    expect(toldTrials(back).map(({ ms }) => ms)).toEqual([500, 500])
  })

  it('of no events are none', () => {
    expect(toldTrials([])).toEqual([])
    expect(workedTime([])).toBe(0)
  })
})
