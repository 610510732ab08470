import { expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { Calculation } from '../../src/runtime/calculation.js'

const random = randomStream(1, 0, 'calculation')
const uniform = (length: number) => Float32Array.from({ length }, () => 2 * random.uniform() - 1)

/** a [m, k] by b [k, n], element by element. */
function slowProduct(
  a: Float32Array,
  b: Float32Array,
  [m, k, n]: readonly [number, number, number],
): number[] {
  return Array.from({ length: m * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n]
    return Array.from({ length: k }, (_, j) => a[row * k + j]! * b[j * n + column]!).reduce(
      (x, y) => x + y,
      0,
    )
  })
}

it('multiplies matrices, either one transposed before, and adds a third', async () => {
  const [a, b, bias] = [uniform(6), uniform(12), uniform(2)]
  const c = new Calculation()
  const [left, right, added] = [c.input('a', [2, 3]), c.input('b', [3, 4]), c.input('bias', [2, 1])]
  const opened = await c.open({
    plain: c.product(left, right),
    first: c.product(c.transpose(left), right, { transposed: 'a' }),
    second: c.product(left, c.transpose(right), { transposed: 'b', c: added }),
  })
  const found = await opened.run({ a, b, bias })
  await opened.close()
  slowProduct(a, b, [2, 3, 4]).forEach((expected, i) => {
    expect(found.plain[i]).toBeCloseTo(expected, 5)
    expect(found.first[i]).toBeCloseTo(expected, 5)
    expect(found.second[i]).toBeCloseTo(expected + bias[Math.floor(i / 4)]!, 5)
  })
})

it('computes element by element, cuts, joins and sums', async () => {
  const a = Float32Array.of(-2, 0, 3, 0.5, 1, -1)
  const c = new Calculation()
  const value = c.input('a', [2, 3])
  const [top, bottom] = c.split(value, [1, 1])
  const opened = await c.open({
    swapped: c.concat([bottom!, top!]),
    rows: c.sumOfRows(value),
    mean: c.mean(value),
    relu: c.relu(value),
    sign: c.sign(value),
    sigmoid: c.sigmoid(value),
    root: c.sqrt(c.square(value)),
    mixed: c.div(c.sub(c.neg(value), c.constant(1)), c.add(c.scale(value, 2), c.constant(10, [2, 3]))),
  })
  const found = await opened.run({ a })
  await opened.close()
  const rounded = (f: (x: number) => number) => a.map(f)
  expect(found.swapped).toEqual(Float32Array.of(0.5, 1, -1, -2, 0, 3))
  expect(found.rows).toEqual(Float32Array.of(1, 0.5))
  expect(found.mean).toEqual(Float32Array.of(0.25))
  expect(found.relu).toEqual(rounded(x => Math.max(0, x)))
  expect(found.sign).toEqual(rounded(Math.sign))
  expect(found.root).toEqual(rounded(Math.abs))
  a.forEach((x, i) => {
    expect(found.sigmoid[i]).toBeCloseTo(1 / (1 + Math.exp(-x)), 6)
    expect(found.mixed[i]).toBeCloseTo((-x - 1) / (2 * x + 10), 6)
  })
})

it('names an input that is not given', async () => {
  const c = new Calculation()
  const opened = await c.open({ negative: c.neg(c.input('a', [1])) })
  await expect(opened.run({ b: Float32Array.of(1) })).rejects.toThrow('no value is given for a')
  await opened.close()
})

it('takes exponentials, the lesser of two, cuts, and sums and softmaxes columns', async () => {
  const [a, b] = [uniform(12), uniform(12)]
  const c = new Calculation()
  const [left, right] = [c.input('a', [3, 4]), c.input('b', [3, 4])]
  const opened = await c.open({
    exp: c.exp(left),
    min: c.min(left, right),
    clip: c.clip(left, -0.25, 0.5),
    sums: c.sumOfColumns(left),
    logs: c.logSoftmaxOfColumns(left),
  })
  const found = await opened.run({ a, b })
  await opened.close()
  const sumOfColumn = (column: number, of: (x: number) => number) =>
    [0, 1, 2].reduce((sum, row) => sum + of(a[4 * row + column]!), 0)
  for (const [i, x] of a.entries()) {
    expect(found.exp[i]).toBeCloseTo(Math.exp(x), 5)
    expect(found.min[i]).toBe(Math.min(x, b[i]!))
    expect(found.clip[i]).toBe(Math.min(0.5, Math.max(-0.25, x)))
    expect(found.logs[i]).toBeCloseTo(x - Math.log(sumOfColumn(i % 4, Math.exp)), 5)
  }
  expect(found.sums.length).toBe(4)
  for (const [column, sum] of found.sums.entries())
    expect(sum).toBeCloseTo(
      sumOfColumn(column, x => x),
      5,
    )
})
