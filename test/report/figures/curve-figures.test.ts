import { expect, it } from 'vitest'
import { axes, type CurvePoint } from '../../../src/compare/curve.js'
import { comparisonResult } from '../../../src/compare/result.js'
import { randomStream } from '../../../src/random.js'
import { curveFigures } from '../../../src/report/figures/curve-figures.js'
import { randomRun, runOf } from '../../compare/runs.js'
import { definition } from '../../fixtures/run-folder.js'

/** What a step through some points shows at a place, the obvious way. */
function stepAt<T extends { readonly spent: number }>(points: readonly T[], spent: number): T | undefined {
  return points.filter(point => point.spent <= spent).at(-1)
}

function figuresOf(runs: Parameters<typeof comparisonResult>[1]) {
  const { groups } = comparisonResult('runs/x', runs, {})
  return { groups, figures: curveFigures({ groups, original: null, definition }) }
}

it('draws the same steps as all points would, for random runs', () => {
  const random = randomStream(7, 0, 'curves')
  for (let i = 0; i < 30; i++) {
    const runs = ['a', 'b'].flatMap(group =>
      [1, 2, 3].map(seed => {
        const run = randomRun(random, { group, seed })
        return { ...run, planned: run.told.length }
      }),
    )
    const { groups, figures } = figuresOf(runs)
    for (const [place, by] of axes.entries()) {
      const drawn = valuesOf(figures[place]!.spec)
      const unit = by === 'time' ? 1000 : 1
      for (const { group, byTime, byEvaluations } of groups) {
        const points: readonly CurvePoint[] = by === 'time' ? byTime : byEvaluations
        const own = drawn.filter(value => value.group === group)
        for (const { spent, median, low, high } of points) {
          const shown = stepAt(own, spent / unit)!
          expect([shown.median, shown.low, shown.high]).toEqual([median * 100, low * 100, high * 100])
        }
        expect(own.length).toBeLessThanOrEqual(points.length + 1)
      }
    }
  }
})

it('names in its key those that have found something, each by a colour and dashes of its own', () => {
  const random = randomStream(8, 0, 'curves')
  const found = ['a', 'b', 'c'].map(group => randomRun(random, { group, seed: 1 }))
  const { figures } = figuresOf([runOf({ group: 'none', planned: 4, finished: false }), ...found])
  expect(figures.map(({ key }) => key.map(({ text }) => text))).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
  ])
  const looks = figures[0]!.key.map(({ color, dash }) => [color, String(dash)])
  expect(new Set(looks.map(([color]) => color)).size).toBe(3)
  expect(new Set(looks.map(([, dash]) => dash)).size).toBe(3)
  expect(figures[0]!.description).toContain('none has found nothing yet.')
})

it('is none before anything is found', () => {
  expect(figuresOf([runOf({ planned: 4, finished: false })]).figures).toEqual([])
})

interface Drawn {
  readonly group: string
  readonly spent: number
  readonly median: number
  readonly low: number
  readonly high: number
}

/** The first data of a specification: what the lines and bands are drawn of. */
function valuesOf(spec: object): readonly Drawn[] {
  if (!('data' in spec) || !Array.isArray(spec.data)) throw new Error('no data')
  return spec.data.find(({ values }) => Array.isArray(values) && values[0]?.after === undefined).values
}
