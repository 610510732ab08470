import { inverse, Matrix } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { expectedImprovement, fitGaussianProcess } from '../../agents/gaussian-process.js'
import { randomStream } from '../../src/random.js'

const random = randomStream('gp', 0, 'points')
const points = Array.from({ length: 30 }, () => Array.from({ length: 3 }, () => random.uniform()))
const truth = ([a = 0, b = 0, c = 0]: readonly number[]) => Math.sin(3 * a) + b * c

/** A point without terms. */
const placed = (place: readonly number[]) => ({ place, terms: [] })

/** The textbook's formula with an inverse, for one length and noise. */
function posterior(values: readonly number[], point: readonly number[], length: number, noise: number) {
  const kernel = (a: readonly number[], b: readonly number[]) => {
    const r = (Math.sqrt(5) * Math.hypot(...a.map((x, i) => x - b[i]!))) / length
    return (1 + r + (r * r) / 3) * Math.exp(-r)
  }
  const n = values.length
  const center = values.reduce((sum, value) => sum + value, 0) / n
  const scale = Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / n)
  const K = new Matrix(points.map((a, i) => points.map((b, j) => kernel(a, b) + (i === j ? noise : 0))))
  const k = Matrix.columnVector(points.map(known => kernel(known, point)))
  const solved = k.transpose().mmul(inverse(K))
  const mean = solved.mmul(Matrix.columnVector(values.map(value => (value - center) / scale))).get(0, 0)
  return {
    mean: center + scale * mean,
    deviation: scale * Math.sqrt(Math.max(0, 1 - solved.mmul(k).get(0, 0))),
  }
}

describe('a Gaussian process', () => {
  it('says what the textbook says, for one of its lengths and noises', () => {
    const values = points.map(truth)
    const process = fitGaussianProcess(points.map(placed), values)
    const unseen = [0.3, 0.6, 0.2]
    const found = process.predict(placed(unseen))
    const candidates = [0.25, 0.5, 1, 2, 4].flatMap(length =>
      [0.001, 0.01, 0.1].map(noise => posterior(values, unseen, length, noise)),
    )
    const nearest = Math.min(
      ...candidates.map(
        ({ mean, deviation }) => Math.abs(mean - found.mean) + Math.abs(deviation - found.deviation),
      ),
    )
    expect(nearest).toBeLessThan(1e-6)
  })

  it('foretells unseen values better than their mean does', () => {
    const values = points.map(truth)
    const process = fitGaussianProcess(points.map(placed), values)
    const unseen = Array.from({ length: 50 }, () => Array.from({ length: 3 }, () => random.uniform()))
    const squared = (guess: (point: readonly number[]) => number) =>
      unseen.reduce((sum, point) => sum + (guess(point) - truth(point)) ** 2, 0)
    const center = values.reduce((sum, value) => sum + value, 0) / values.length
    expect(squared(point => process.predict(placed(point)).mean)).toBeLessThan(0.2 * squared(() => center))
  })

  it('is surer near what it knows', () => {
    const process = fitGaussianProcess(points.map(placed), points.map(truth))
    expect(process.predict(placed(points[0]!)).deviation).toBeLessThan(
      process.predict(placed([3, 3, 3])).deviation,
    )
  })
})

describe('expected improvement', () => {
  it('is the mean of what sampling finds', () => {
    const [belief, best] = [{ mean: 0.9, deviation: 0.02 }, 0.91]
    const draws = Array.from({ length: 100_000 }, () => belief.mean + belief.deviation * random.normal())
    const sampled = draws.reduce((sum, value) => sum + Math.max(0, value - best), 0) / draws.length
    expect(expectedImprovement(belief, best)).toBeCloseTo(sampled, 3)
  })

  it('says what the weights of a sum say, where values are one', () => {
    const weights = [1.5, -0.7, 0.2]
    const sum = (terms: readonly number[]) => terms.reduce((total, term, i) => total + weights[i]! * term, 3)
    // Few points, far from all of which the sum goes on.
    const known = points.slice(0, 12).map(terms => ({ place: [], terms }))
    const process = fitGaussianProcess(
      known,
      known.map(({ terms }) => sum(terms)),
    )
    for (const terms of points.slice(12))
      expect(process.predict({ place: [], terms }).mean).toBeCloseTo(sum(terms), 1)
  })

  it('foretells better with terms that values are nearly a sum of', () => {
    const partsOf = (place: readonly number[]) => place.map((x, i) => Math.sin(9 * x + i))
    const nearly = (place: readonly number[]) =>
      partsOf(place).reduce((total, part, i) => total + (i + 1) * part, Math.sin(3 * place[0]!))
    const many = Array.from({ length: 60 }, () => Array.from({ length: 10 }, () => random.uniform()))
    const [known, unseen] = [many.slice(0, 20), many.slice(20)]
    const errorWith = (termsOf: (place: readonly number[]) => readonly number[]) => {
      const pointOf = (place: readonly number[]) => ({ place, terms: termsOf(place) })
      const process = fitGaussianProcess(known.map(pointOf), known.map(nearly))
      return unseen.reduce(
        (total, place) => total + (process.predict(pointOf(place)).mean - nearly(place)) ** 2,
        0,
      )
    }
    expect(errorWith(partsOf)).toBeLessThan(0.5 * errorWith(() => []))
  })
})
