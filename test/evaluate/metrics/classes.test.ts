import { describe, expect, it } from 'vitest'
import { crossEntropy } from '../../../src/evaluate/metrics/cross-entropy.js'
import { divergence } from '../../../src/evaluate/metrics/divergence.js'
import { f1 } from '../../../src/evaluate/metrics/f1.js'
import { iou } from '../../../src/evaluate/metrics/iou.js'
import type { Metric } from '../../../src/evaluate/metrics/metric.js'
import { largestClasses, topK } from '../../../src/evaluate/metrics/top-k.js'
import { randomStream } from '../../../src/random.js'
import { normalSamples } from '../../fixtures/run.js'

/** Scores [n, classes, places], some of them equal, and what is right. */
function randomCase(seed: number) {
  const random = randomStream(seed, 0, 'metric case')
  const [n, classes, places] = [1 + random.below(9), 2 + random.below(6), 1 + random.below(5)]
  const scores = normalSamples(random, n * classes * places).map(score => Math.round(score * 4) / 4)
  const original = normalSamples(random, n * classes * places)
  const truth = Int32Array.from({ length: n * places }, () => random.below(classes))
  return { n, classes, places, scores, original, truth, cut: 1 + random.below(n) }
}

type Case = ReturnType<typeof randomCase>
const cases = Array.from({ length: 40 }, (_, seed) => randomCase(seed))

/** The figure in two batches. */
function figureOf(metric: Metric, { n, scores, cut }: Case): number {
  const size = scores.length / n
  metric.add({ values: scores.subarray(0, cut * size), first: 0, rows: cut })
  if (cut < n) metric.add({ values: scores.subarray(cut * size), first: cut, rows: n - cut })
  return metric.value()
}

/** The scores at every place of every sample, with the right class. */
function rowsOf({ n, classes, places, truth }: Case, values: Float32Array) {
  return Array.from({ length: n * places }, (_, i) => {
    const [sample, place] = [Math.floor(i / places), i % places]
    const row = Array.from({ length: classes }, (_, c) => values[(sample * classes + c) * places + place]!)
    return { row, label: truth[i]! }
  })
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const ranked = (row: readonly number[]) => row.map((_, c) => c).sort((a, b) => row[b]! - row[a]! || a - b)
const softmax = (row: readonly number[]) => {
  const all = row.reduce((sum, score) => sum + Math.exp(score), 0)
  return row.map(score => Math.exp(score) / all)
}

describe('against sorting and counting', () => {
  it.each(cases)('case %#', one => {
    const rows = rowsOf(one, one.scores)
    for (const k of [1, 2, 5]) {
      const right = rows.map(({ row, label }) => (ranked(row).slice(0, k).includes(label) ? 1 : 0))
      expect(figureOf(topK(k, one.truth, one.n), one)).toBeCloseTo(mean(right), 12)
    }
    const said = rows.map(({ row }) => ranked(row)[0]!)
    expect([...largestClasses(one.scores, one.n, one.places)]).toEqual(said)
    expect(figureOf(crossEntropy(one.truth, one.n), one)).toBeCloseTo(
      mean(rows.map(({ row, label }) => -Math.log(softmax(row)[label]!))),
      6,
    )
    const seen = [...new Set([...said, ...one.truth])]
    const count = (is: (i: number) => boolean) => said.filter((_, i) => is(i)).length
    const byClass = seen.map(c => {
      const both = count(i => said[i] === c && one.truth[i] === c)
      const either = count(i => said[i] === c || one.truth[i] === c)
      const [precision, recall] = [both / count(i => said[i] === c), both / count(i => one.truth[i] === c)]
      return { iou: both / either, f1: both === 0 ? 0 : 2 / (1 / precision + 1 / recall) }
    })
    expect(figureOf(iou(one.truth, one.n), one)).toBeCloseTo(mean(byClass.map(c => c.iou)), 12)
    expect(figureOf(f1(one.truth, one.n), one)).toBeCloseTo(mean(byClass.map(c => c.f1)), 12)
    const kl = rowsOf(one, one.original).map(({ row }, i) => {
      const [p, q] = [softmax(row), softmax(rows[i]!.row)]
      return p.reduce((sum, share, c) => sum + share * Math.log(share / q[c]!), 0)
    })
    expect(figureOf(divergence(one.original, one.n, one.places), one)).toBeCloseTo(mean(kl), 6)
  })
})

it('what is no number is never right', () => {
  const scores = Float32Array.of(Number.NaN, Number.NaN, 1, Number.NaN)
  const metric = topK(1, Int32Array.of(0, 0), 2)
  metric.add({ values: scores, first: 0, rows: 2 })
  expect([...metric.samples]).toEqual([0, 0])
})
