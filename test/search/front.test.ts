import { describe, expect, it } from 'vitest'
import { frontRanks } from '../../agents/dominance.js'
import type { Evaluation } from '../../src/evaluate/evaluation.js'
import type { BudgetKind } from '../../src/graph/cost-kinds.js'
import { randomStream } from '../../src/random.js'
import { knownTrials, paretoFront } from '../../src/search/front.js'
import type { Climb, Trial, TrialState } from '../../src/search/trial.js'

function evaluationOf(top1: number, macs: number, params = 0): Evaluation {
  return {
    scores: { val: { metric: 'top1', score: top1, top1, loss: 1, n: 10 } },
    cost: { macs, params, size: 0, bitops: 0, bytes: 0 },
  }
}

const figures = ({ scores, cost }: Evaluation) => [scores.val?.score ?? 0, cost.macs, cost.params]

function candidates(seed: number, count: number, levels: number) {
  const random = randomStream(seed, count, 'front')
  const draw = () => random.below(levels)
  return Array.from({ length: count }, (_, trial) => ({
    trial,
    newest: evaluationOf(draw() / 10, draw(), draw()),
  }))
}

describe('the front', () => {
  it.each([
    [['macs'], 1],
    [['macs', 'params'], 2],
  ] as const)(
    'by %s is what a look at all pairs leaves, one of each',
    (costs: readonly BudgetKind[], most) => {
      for (let seed = 0; seed < 60; seed++) {
        // Few levels make for many ties, many levels for few.
        const all = candidates(seed, 1 + (seed % 40), seed % 2 === 0 ? 4 : 1000)
        const aims = all.map(({ newest }) => figures(newest).slice(0, most + 1))
        const isBetter = (a: readonly number[], b: readonly number[]) =>
          a[0]! >= b[0]! && a.slice(1).every((cost, i) => cost <= b[i + 1]!) && String(a) !== String(b)
        const expected = all.filter(
          (_, i) => !aims.some((a, j) => isBetter(a, aims[i]!) || (j < i && String(a) === String(aims[i]))),
        )
        const found = paretoFront(all, costs)
        expect(found.map(({ trial }) => trial).sort((a, b) => a - b)).toEqual(
          expected.map(({ trial }) => trial),
        )
        const scores = found.map(({ newest }) => newest.scores.val!.score)
        expect(scores).toEqual([...scores].sort((a, b) => b - a))
      }
    },
  )

  it('is the first of the fronts that NSGA-II sorts by', () => {
    const all = candidates(7, 80, 1000)
    const ranks = frontRanks(all.map(({ newest: { scores, cost } }) => [scores.val!.score, -cost.macs]))
    const first = all.filter((_, i) => ranks[i] === 0).map(({ trial }) => trial)
    const found = paretoFront(all, ['macs']).map(({ trial }) => trial)
    expect([...found].sort((a, b) => a - b)).toEqual(first)
  })

  it('leaves out what has no score or no such cost', () => {
    const unscored: Evaluation = { ...evaluationOf(0, 1), scores: {} }
    const all = [{ newest: unscored }, { newest: evaluationOf(0.5, 3) }]
    expect(paretoFront(all, ['macs'])).toEqual([all[1]])
    expect(paretoFront(all, ['latency'])).toEqual([])
  })
})

describe('known trials', () => {
  const finished = (evaluation: Evaluation, cachedFrom: number | null = null): TrialState => ({
    kind: 'finished',
    evaluation,
    reward: 0,
    cachedFrom,
  })
  const states: readonly TrialState[] = [
    finished(evaluationOf(0.1, 1)),
    finished(evaluationOf(0.2, 2)),
    finished(evaluationOf(0.2, 2), 1),
    { kind: 'failed', reason: 'none' },
    finished(evaluationOf(0.4, 4)),
    { kind: 'running' },
  ]
  const trials = states.map((state, number): Trial => {
    return { number, state, policy: { keep: {} }, policyHash: String(number), trajectory: [] }
  })
  const climb = (trial: number, rung: number, state: TrialState): Climb => ({ trial, rung, steps: 1, state })

  it('stand by the newest evaluation of each, and repeats of one not at all', () => {
    const climbs = [
      climb(1, 2, finished(evaluationOf(0.6, 2))),
      climb(1, 1, finished(evaluationOf(0.5, 2))),
      climb(4, 1, finished(evaluationOf(0.7, 4))),
      climb(4, 2, { kind: 'failed', reason: 'none' }),
      climb(0, 1, finished(evaluationOf(0.3, 1))),
    ]
    const final = { trial: 0, before: evaluationOf(0.1, 1), after: evaluationOf(0.9, 1), file: 'a' }
    const known = knownTrials(trials, climbs, [final])
    expect(known.map(({ trial, stage, newest }) => [trial, stage, newest.scores.val?.score])).toEqual([
      [0, 'final', 0.9],
      [1, 'rung', 0.6],
      [4, 'rung', 0.7],
    ])
    expect(known.map(({ told }) => told.scores.val?.score)).toEqual([0.1, 0.2, 0.4])
  })
})
