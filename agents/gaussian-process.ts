import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import { cumulativeStdNormalProbability, mean, standardDeviation } from 'simple-statistics'

/** What is believed of an unseen point: a normal distribution. */
export interface Belief {
  readonly mean: number
  readonly deviation: number
}

/** A point by what values depend on smoothly, and by what they may simply be a weighted sum of. */
export interface Point {
  /** In about [0,1]. */
  readonly place: readonly number[]
  readonly terms: readonly number[]
}

/** A regression of values over points. */
export interface GaussianProcess {
  readonly predict: (point: Point) => Belief
}

/** Lengths over which values change; the likeliest is taken, after the shares, for which the first of them stands. */
const FIRST_LENGTH = 1
const LENGTHS = [0.25, 0.5, 2, 4]

/** Shares of the variance that the weighted sum explains, and that are noise; the likeliest of each is taken. */
const SUMS = [0, 0.3, 0.6, 0.9]
const NOISES = [0.001, 0.01, 0.1]

/**
 * Gaussian process (Rasmussen & Williams 2006, algorithm 2.1) whose kernel adds a Matern 5/2 one over places (equation 4.17)
 * to a linear one over terms (section 4.2.2); the terms' weights are as likely to be alike as to differ. What the kernel
 * leaves open is chosen by marginal likelihood, one thing after the other.
 * @param points at least two, with as many coordinates each
 */
export function fitGaussianProcess(points: readonly Point[], values: readonly number[]): GaussianProcess {
  const center = mean([...values])
  const scale = standardDeviation([...values]) || 1
  const targets = values.map(value => (value - center) / scale)
  const effectsOf = scaledTerms(points.map(({ terms }) => terms))
  const effects = points.map(({ terms }) => effectsOf(terms))
  const distances = points.map(a => points.map(b => distance(a.place, b.place)))
  const products = effects.map(a => effects.map(b => product(a, b)))
  const fitWith = (length: number, sum: number, noise: number) => {
    const kernel = distances.map((row, i) =>
      row.map((d, j) => sum * products[i]![j]! + (1 - sum) * matern(d, length)),
    )
    return { length, sum, noise, ...condition(kernel, targets, noise) }
  }
  const first = likeliest(SUMS.flatMap(sum => NOISES.map(noise => fitWith(FIRST_LENGTH, sum, noise))))
  const others = LENGTHS.map(length => fitWith(length, first.sum, first.noise))
  const { length, sum, weights, lower } = likeliest([first, ...others])
  return {
    predict({ place, terms }) {
      const own = effectsOf(terms)
      const kernel = points.map(
        (known, i) =>
          sum * product(effects[i]!, own) + (1 - sum) * matern(distance(known.place, place), length),
      )
      const solved = forwardSolve(lower, kernel)
      const explained = solved.reduce((total, value) => total + value * value, 0)
      const variance = sum * product(own, own) + (1 - sum) - explained
      return {
        mean: center + scale * product(kernel, weights),
        deviation: scale * Math.sqrt(Math.max(1e-9, variance)),
      }
    },
  }
}

/** Brings every term to the same spread over the points, adds their sum, and makes products of points about 1. */
function scaledTerms(points: readonly (readonly number[])[]) {
  const spreads = points[0]!.map((_, i) => standardDeviation(points.map(terms => terms[i]!)) || 1)
  const spread = (terms: readonly number[]) => terms.map((value, i) => value / spreads[i]!)
  const total = (terms: readonly number[]) => terms.reduce((sum, value) => sum + value, 0)
  const even = points.map(spread)
  const size = Math.sqrt(2 * mean(even.map(terms => product(terms, terms)))) || 1
  const totalSize = Math.sqrt(2 * mean(even.map(terms => total(terms) ** 2))) || 1
  return (terms: readonly number[]) => {
    const scaled = spread(terms)
    return [...scaled.map(value => value / size), total(scaled) / totalSize]
  }
}

function condition(kernel: readonly (readonly number[])[], targets: readonly number[], noise: number) {
  const factor = new CholeskyDecomposition(
    new Matrix(kernel.map((row, i) => row.map((k, j) => k + (i === j ? noise : 0)))),
  )
  const weights = factor.solve(Matrix.columnVector([...targets])).to1DArray()
  const lower = factor.lowerTriangularMatrix
  const fit = product(targets, weights)
  const volume = targets.reduce((sum, _, i) => sum + Math.log(lower.get(i, i)), 0)
  return { weights, lower, likelihood: -fit / 2 - volume }
}

function product(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}
function distance(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0))
}

function matern(distance: number, length: number): number {
  const r = (Math.sqrt(5) * distance) / length
  return (1 + r + (r * r) / 3) * Math.exp(-r)
}

function forwardSolve(lower: Matrix, values: readonly number[]): readonly number[] {
  const solved: number[] = []
  values.forEach((value, i) => {
    const known = solved.reduce((sum, x, j) => sum + lower.get(i, j) * x, 0)
    solved.push((value - known) / lower.get(i, i))
  })
  return solved
}

/** By how much a point may be expected to exceed the best value so far (Jones et al. 1998, equation 15). */
export function expectedImprovement({ mean, deviation }: Belief, best: number): number {
  const z = (mean - best) / deviation
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  return deviation * (z * cumulativeStdNormalProbability(z) + density)
}

function likeliest<Fit extends { readonly likelihood: number }>(fits: readonly Fit[]): Fit {
  return fits.reduce((best, fit) => (fit.likelihood > best.likelihood ? fit : best))
}
