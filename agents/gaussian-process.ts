import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import { cumulativeStdNormalProbability, mean, standardDeviation } from 'simple-statistics'

/** What is believed of an unseen point: a normal distribution. */
export interface Belief {
  readonly mean: number
  readonly deviation: number
}

/** A regression of values over points, all of one length. */
export interface GaussianProcess {
  readonly predict: (point: readonly number[]) => Belief
}

/** Lengths over which values change, and shares of their variance that are noise; the likeliest of each is taken. */
const LENGTHS = [0.25, 0.5, 1, 2, 4]
const NOISES = [0.001, 0.01, 0.1]

/**
 * Gaussian process with a Matern 5/2 kernel (Rasmussen & Williams 2006, algorithm 2.1 and equation 4.17), its length and
 * noise chosen by marginal likelihood.
 * @param points at least two, in about [0,1]
 */
export function fitGaussianProcess(
  points: readonly (readonly number[])[],
  values: readonly number[],
): GaussianProcess {
  const center = mean([...values])
  const scale = standardDeviation([...values]) || 1
  const targets = values.map(value => (value - center) / scale)
  const distances = points.map(a => points.map(b => distance(a, b)))
  const fits = LENGTHS.flatMap(length => NOISES.map(noise => condition(distances, targets, length, noise)))
  const { length, weights, lower } = fits.reduce((best, fit) =>
    fit.likelihood > best.likelihood ? fit : best,
  )
  return {
    predict(point) {
      const kernel = points.map(known => matern(distance(known, point), length))
      const solved = forwardSolve(lower, kernel)
      const explained = solved.reduce((sum, value) => sum + value * value, 0)
      return {
        mean: center + scale * kernel.reduce((sum, k, i) => sum + k * weights[i]!, 0),
        deviation: scale * Math.sqrt(Math.max(1e-9, 1 - explained)),
      }
    },
  }
}

function condition(
  distances: readonly (readonly number[])[],
  targets: readonly number[],
  length: number,
  noise: number,
) {
  const kernel = distances.map((row, i) => row.map((d, j) => matern(d, length) + (i === j ? noise : 0)))
  const factor = new CholeskyDecomposition(new Matrix(kernel))
  const weights = factor.solve(Matrix.columnVector([...targets])).to1DArray()
  const lower = factor.lowerTriangularMatrix
  const fit = targets.reduce((sum, target, i) => sum + target * weights[i]!, 0)
  const volume = targets.reduce((sum, _, i) => sum + Math.log(lower.get(i, i)), 0)
  return { length, weights, lower, likelihood: -fit / 2 - volume }
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
