import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/search/events.js'
import { curvePoints, maxPoints } from '../../src/ui/curve.js'
import { endOf, rowAt } from '../../src/ui/history.js'
import { leader } from '../../src/ui/leader.js'
import { maxLines } from '../../src/ui/log.js'
import { phaseText } from '../../src/ui/phase-text.js'
import { emptyView, reduce } from '../../src/ui/state.js'
import {
  accuracyOf,
  ending,
  evaluation,
  finals,
  finished,
  measured,
  policyOf,
  run,
  started,
  told,
  viewOf,
} from './events.js'

describe('a run from its start', () => {
  it('counts trials by outcome and keeps the last failure', () => {
    const view = viewOf(run(61))
    expect([view.told, view.begun, view.finished, view.cached, view.failed]).toEqual([61, 65, 60, 2, 1])
    expect(view.lastFailure).toEqual({ trial: 44, reason: 'the loss is not a number in layer block2.conv1' })
  })

  it('keeps the best trial, of equals the first, and its policy', () => {
    const view = viewOf([
      started(),
      told(0, finished(0.7)),
      told(1, finished(0.9)),
      told(2, finished(0.9)),
      told(3, finished(0.8)),
    ])
    expect(view.best).toEqual({ trial: 1, policy: policyOf(1), evaluation: evaluation(0.9), reward: 0.9 })
  })

  it('tells who evaluated what', () => {
    const { workers, restarts } = viewOf(run(61)).crew
    expect(workers.map(({ worker, trials, last }) => [worker, trials, last?.trial, last?.ms])).toEqual([
      [0, 30, 60, 324],
      [1, 29, 59, 323],
    ])
    expect(restarts).toBe(0)
  })

  it('never changes the view it is given', () => {
    const events = [...run(200), ...finals, ...ending]
    let view = emptyView
    for (const event of events) view = reduce(deeplyFrozen(view), event)
    expect(view).toEqual(viewOf(events))
  })
})

describe('phases', () => {
  const all = [...run(200), ...finals, ...ending]
  const texts = all
    .map((_, i) => phaseText(viewOf(all.slice(0, i + 1))))
    .filter((text, i, list) => text !== list[i - 1])

  it('are told in words, in order', () => {
    expect(texts.filter(text => !/of 200/.test(text))).toEqual([
      'preparing: starting',
      'preparing: calibration',
      'fine-tuning 3 finalists',
      'fine-tuning finalist 1 of 3',
      'fine-tuning finalists 1, 2 of 3',
      'fine-tuning finalist 2 of 3',
      'fine-tuning 3 finalists',
      'fine-tuning finalist 3 of 3',
      'measuring the chosen model',
      'finished: result in runs/resnet/best.onnx',
    ])
    expect(texts).toContain('warm-up (the first 20 are random): 5 of 200 trials told, 4 in flight')
    expect(texts).toContain('learning: 199 of 200 trials told, 1 in flight')
  })

  it('end with the reason of a failure on one line', () => {
    const end: RunEvent = { at: 1, type: 'run-ended', outcome: 'failed', message: 'disk full\nat write' }
    expect(phaseText(viewOf([started(), end]))).toBe('failed: disk full at write')
    const stopped: RunEvent = { ...end, outcome: 'interrupted', message: 'interrupted; the run is saved' }
    expect(phaseText(viewOf([started(), stopped]))).toBe('interrupted; the run is saved')
  })
})

describe('the model that leads', () => {
  const kinds = (events: readonly RunEvent[]) => {
    const model = leader(viewOf(events))
    return [model?.kind, model?.trial, model?.evaluation.scores.val?.top1]
  }

  it('is the best trial, then the best finalist, then the chosen one', () => {
    expect(leader(emptyView)).toBeNull()
    expect(kinds(run(200))).toEqual(['best so far', 193, accuracyOf(193)])
    expect(kinds([...run(200), ...finals, ...ending.slice(0, 1)])).toEqual(['best finalist', 196, 0.9236])
    expect(kinds([...run(200), ...finals, ...ending])).toEqual([
      'chosen',
      196,
      measured.chosen.scores.val?.top1,
    ])
    expect(leader(viewOf([...run(200), ...finals, ...ending]))?.policy).toEqual(policyOf(196))
  })
})

describe('finalists', () => {
  it('are kept by rank with how they were before and after', () => {
    const view = viewOf([...run(200), ...finals, ...ending])
    expect(
      view.finalists.map(({ rank, trial, before, after, state }) => [
        rank,
        trial,
        before?.scores.val?.top1,
        after?.scores.val?.top1,
        state.kind,
      ]),
    ).toEqual([
      [1, 196, 0.9167, 0.9236, 'done'],
      [2, 185, 0.9142, undefined, 'failed'],
      [3, 190, 0.9137, 0.9199, 'done'],
    ])
  })

  it('of a viewer, who is not told that they begin, are known from the trials', () => {
    const best = Array.from({ length: 200 }, (_, trial) => trial)
      .filter(trial => trial % 25 !== 24 && trial % 50 !== 44)
      .sort((a, b) => accuracyOf(b) - accuracyOf(a))
      .slice(0, 3)
    expect(viewOf(run(200)).leaders.map(({ trial }) => trial)).toEqual(best)
    const trial = best[1]!
    const after = evaluation(0.93)
    const { finalists } = viewOf([...run(200), { at: 1, type: 'finalist-told', trial, after }])
    const before = evaluation(accuracyOf(trial))
    expect(finalists).toEqual([
      { trial, rank: 2, policy: policyOf(trial), before, after, state: { kind: 'done' } },
    ])
  })

  it('of a viewer that came late have no past', () => {
    const view = viewOf([started(), { at: 1, type: 'finalist-told', trial: 7, after: evaluation(0.9) }])
    expect(view.finalists).toEqual([
      { trial: 7, rank: 1, policy: null, before: null, after: evaluation(0.9), state: { kind: 'done' } },
    ])
  })

  it('that were half done are dropped when the run is resumed, finished ones stay', () => {
    const view = viewOf([...run(200), ...finals, ...ending.slice(0, 2), started({ resumed: true })])
    expect(view.finalists.map(({ trial }) => trial)).toEqual([196])
  })
})

describe('a resumed run', () => {
  it('goes on counting when the earlier events are told again', () => {
    const again: RunEvent[] = [started({ at: 900_000, resumed: true }), told(61, finished(0.8), 901_000)]
    const view = viewOf([...run(61), ...again])
    expect([view.told, view.finished, view.failed, view.best?.trial]).toEqual([62, 61, 1, 60])
    expect(view.crew.workers.map(({ worker, trials, last }) => [worker, trials, last?.trial])).toEqual([
      [1, 1, 61],
    ])
  })

  it('knows how many trials are told where they are not', () => {
    const view = viewOf([started({ resumed: true }), told(150, finished(0.8, 12))])
    expect([view.told, view.finished]).toEqual([151, 1])
    expect(view.best?.trial).toBe(12)
  })
})

describe('100,000 trials', () => {
  it('are folded fast into a view of bounded size', () => {
    const states = Array.from({ length: 1000 }, (_, i) => finished(0.5 + 0.4 * (1 - 1 / (1 + i / 100))))
    let view = viewOf([started({ trials: 100_000 })])
    const from = performance.now()
    for (let trial = 0; trial < 100_000; trial++)
      view = reduce(view, told(trial, states[Math.min(999, trial >> 3)]!))
    expect(performance.now() - from).toBeLessThan(15_000)
    expect(view.told).toBe(100_000)
    expect(view.log).toHaveLength(maxLines)
    expect(endOf(view.history)).toBe(100_000)
    for (const trial of [0, 255, 256, 4711, 99_999]) expect(rowAt(view.history, trial)?.trial).toBe(trial)
    const points = curvePoints(view.curve)
    expect(points.length).toBeLessThanOrEqual(maxPoints)
    expect(points.length).toBeGreaterThanOrEqual(maxPoints / 4)
    expect(points.at(-1)?.trial).toBe(99_999)
    const { history, ...rest } = view
    expect(JSON.stringify(rest).length).toBeLessThan(500_000)
    expect(bytesOf(history)).toBeLessThan(24 * 2 ** 20)
  })

  it('keep the shape of the curve', () => {
    let view = viewOf([started({ trials: 10_000 })])
    for (let trial = 0; trial < 10_000; trial++) view = reduce(view, told(trial, finished(trial / 10_000)))
    for (const { trial, mean, best } of curvePoints(view.curve)) {
      expect(best).toBeCloseTo(trial / 10_000, 10)
      expect(Math.abs(mean - trial / 10_000)).toBeLessThan(0.005)
    }
  })
})

/** Bytes of all typed arrays in a value. */
function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce((sum: number, part) => sum + bytesOf(part), 0)
}

/** Arrays of numbers cannot be frozen. */
function deeplyFrozen<T>(value: T): T {
  if (ArrayBuffer.isView(value)) return value
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) deeplyFrozen(part)
  }
  return value
}
