import { describe, expect, it } from 'vitest'
import { type Axis, axes, curveOf } from '../../src/compare/curve.js'
import type { ComparedRun } from '../../src/compare/run.js'
import { randomStream } from '../../src/random.js'
import { randomRun, runOf, toldOf } from './runs.js'

/** The best of a run that had spent so much, looked up anew each time; undefined where that is not known. */
function bestWhen(run: ComparedRun, spent: number, by: Axis): number | undefined {
  const of = (one: (typeof run.told)[number]) => (by === 'time' ? one.ms : one.evaluations)
  const isOver = by === 'time' && run.told.length === run.planned
  if (!isOver && Math.max(0, ...run.told.map(of)) < spent) return undefined
  const scores = run.told.filter(one => of(one) <= spent).flatMap(({ score }) => score ?? [])
  return scores.length === 0 ? undefined : Math.max(...scores)
}

function middle(values: readonly number[]): number {
  const rising = values.toSorted((a, b) => a - b)
  const half = Math.floor(rising.length / 2)
  return rising.length % 2 === 1 ? rising[half]! : (rising[half - 1]! + rising[half]!) / 2
}

describe.each(axes)('a curve by %s', by => {
  it('is the median and the range of what each run had found', () => {
    const random = randomStream(1, 0, by)
    let points = 0
    for (let i = 0; i < 300; i++) {
      const runs = Array.from({ length: 1 + random.below(5) }, () => randomRun(random, {}))
      const curve = curveOf(runs, by)
      points += curve.length
      for (const { spent, median, low, high, n } of curve) {
        const bests = runs.flatMap(run => bestWhen(run, spent, by) ?? [])
        expect(n).toBe(bests.length)
        expect(median).toBeCloseTo(middle(bests), 12)
        expect([low, high]).toEqual([Math.min(...bests), Math.max(...bests)])
      }
      const spent = curve.map(point => point.spent)
      expect(spent).toEqual([...new Set(spent)].sort((a, b) => a - b))
    }
    expect(points).toBeGreaterThan(1000)
  })

  it('of searches that are over never falls', () => {
    const random = randomStream(2, 0, by)
    for (let i = 0; i < 200; i++) {
      const scores = () => Array.from({ length: 8 }, () => (random.uniform() < 0.3 ? null : random.uniform()))
      const runs = Array.from({ length: 3 }, () =>
        runOf({ told: toldOf(scores(), i => i * 10 + random.below(10)) }),
      )
      const medians = curveOf(runs, by).map(({ median }) => median)
      expect(medians).toEqual(medians.toSorted((a, b) => a - b))
    }
  })

  it('of runs that have found nothing is empty', () => {
    expect(curveOf([runOf({}), runOf({ told: toldOf([null, null], i => i) })], by)).toEqual([])
  })
})

it('a search that is over keeps its best in time, one under way is left out behind its last trial', () => {
  const over = runOf({ told: toldOf([0.5], () => 10) })
  const under = runOf({ told: toldOf([0.7], () => 20), planned: 2 })
  const long = runOf({ told: toldOf([0.1, 0.2], i => 10 + 20 * i) })
  expect(curveOf([over, under, long], 'time').map(({ spent, median, n }) => [spent, median, n])).toEqual([
    [20, 0.5, 3],
    [30, 0.35, 2],
  ])
})
