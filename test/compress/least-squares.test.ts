import { Matrix, solve } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import {
  leastSquares,
  outputEnergy,
  reconstruct,
  reconstructionError,
} from '../../src/compress/least-squares.js'
import { addRows, emptyMoments } from '../../src/compress/moments.js'
import { type Random, randomStream } from '../../src/random.js'
import { normalSamples } from '../fixtures/run.js'

const ROWS = 400
const COLUMNS = 6
const OUTPUTS = 3

/** Correlated inputs, so that dropped ones can partly be made up for. */
function samples(random: Random): Float32Array {
  const mix = normalSamples(random, COLUMNS * COLUMNS)
  const raw = normalSamples(random, ROWS * COLUMNS)
  return Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => {
    const row = Math.floor(i / COLUMNS) * COLUMNS
    let sum = 1
    for (let c = 0; c < COLUMNS; c++) sum += raw[row + c]! * mix[c * COLUMNS + (i % COLUMNS)]!
    return sum
  })
}

function gramOf(rows: Float32Array): Float32Array {
  const x = Matrix.from1DArray(rows.length / COLUMNS, COLUMNS, Array.from(rows))
  return Float32Array.from(x.transpose().mmul(x).to1DArray())
}

const random = randomStream(4, 0, 'least squares')
const x = samples(random)
const weight = Float64Array.from(normalSamples(random, OUTPUTS * COLUMNS))
const moments = addRows(emptyMoments('layer', COLUMNS), x, gramOf(x))

/** The textbook way: one regression of the original outputs on the kept inputs. */
function slow(kept: readonly number[], intercept: boolean): { weight: number[]; residual: number } {
  const full = Matrix.from1DArray(ROWS, COLUMNS, Array.from(x))
  const y = full.mmul(Matrix.from1DArray(OUTPUTS, COLUMNS, Array.from(weight)).transpose())
  const design = full.subMatrixColumn([...kept])
  if (intercept) design.addColumn(design.columns, new Array<number>(ROWS).fill(1))
  const solution = solve(design, y, true)
  const residual = Matrix.sub(y, design.mmul(solution)).norm('frobenius') ** 2 / ROWS
  const coefficients = solution
    .subMatrix(0, kept.length - 1, 0, OUTPUTS - 1)
    .transpose()
    .to1DArray()
  return { weight: coefficients, residual }
}

describe.each([true, false])('with intercept: %s', intercept => {
  it.each([[[0, 1, 2, 3, 4]], [[1, 3, 5]], [[2]]])('agrees with a plain regression on inputs %j', kept => {
    const layer = leastSquares(weight, moments, intercept)
    const found = reconstruct(layer, Int32Array.from(kept))
    const expected = slow(kept, intercept)
    found.weight.forEach((value, i) => {
      expect(value).toBeCloseTo(expected.weight[i]!, 2)
    })
    const whole = outputEnergy(weight, layer)
    const lost = reconstructionError(layer, Int32Array.from(kept), whole) * whole
    expect(lost).toBeCloseTo(expected.residual, 1)
  })

  it('changes nothing when all inputs stay', () => {
    const layer = leastSquares(weight, moments, intercept)
    const all = Int32Array.from([0, 1, 2, 3, 4, 5])
    const found = reconstruct(layer, all)
    expect(Array.from(found.weight)).toEqual(Array.from(weight))
    expect(reconstructionError(layer, all, outputEnergy(weight, layer))).toBe(0)
    for (const shift of found.shift) expect(shift).toBeCloseTo(0, 10)
  })
})

it('gathers moments in any batches', () => {
  const half = (ROWS / 2) * COLUMNS
  const [a, b] = [x.slice(0, half), x.slice(half)]
  const split = addRows(addRows(emptyMoments('layer', COLUMNS), a, gramOf(a)), b, gramOf(b))
  expect(split.rows).toBe(ROWS)
  split.second.forEach((value, i) => {
    expect(value).toBeCloseTo(moments.second[i]!, 4)
  })
  split.mean.forEach((value, i) => {
    expect(value).toBeCloseTo(moments.mean[i]!, 6)
  })
})
