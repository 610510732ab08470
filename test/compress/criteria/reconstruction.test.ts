import { inverse, Matrix } from 'ml-matrix'
import { expect, it } from 'vitest'
import { rankByReconstruction } from '../../../src/compress/criteria/reconstruction.js'
import { ridgeOf } from '../../../src/compress/least-squares.js'
import type { Moments } from '../../../src/compress/moments.js'
import { calibrate } from '../../../src/evaluate/calibrate.js'
import { channelGroups } from '../../../src/graph/groups.js'
import { floats } from '../../../src/graph/tensor.js'
import { smallData, smallNet } from '../../fixtures/small-net.js'

/** Error of W x refitted on the columns that stay, by general matrix algebra: a share of the whole energy. */
function refittedError(weight: Matrix, moments: Moments, stays: readonly number[]): number {
  const { columns, mean, second } = moments
  const centred = new Matrix(columns, columns)
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < columns; j++) centred.set(i, j, second[i * columns + j]! - mean[i]! * mean[j]!)
  const whole = weight.mmul(centred).mmul(weight.transpose()).trace()
  const steadied = Matrix.add(
    centred,
    Matrix.eye(columns).mul(ridgeOf(Float64Array.from(centred.to1DArray()), columns)),
  )
  const all = Array.from({ length: columns }, (_, i) => i)
  const fitted = weight
    .mmul(steadied.selection(all, [...stays]))
    .mmul(inverse(steadied.selection([...stays], [...stays])))
  const difference = weight.clone()
  stays.forEach((column, j) => {
    for (let row = 0; row < weight.rows; row++)
      difference.set(row, column, weight.get(row, column) - fitted.get(row, j))
  })
  return difference.mmul(steadied).mmul(difference.transpose()).trace() / whole
}

it.each([1, 2, 3, 4])('eliminates as refitting from scratch at every step does, seed %i', async seed => {
  const graph = smallNet(seed)
  const { groups } = channelGroups(graph)
  const moments = await calibrate(graph, smallData(400), 1)
  const ranking = rankByReconstruction(graph, groups, moments)
  for (const { group, reader, tensor, rows, channels, columnsAChannel } of [
    { group: 'first', reader: 'second', tensor: 'w2', rows: 3, channels: 5, columnsAChannel: 4 },
    { group: 'second', reader: 'third', tensor: 'w3', rows: 4, channels: 3, columnsAChannel: 9 },
  ]) {
    const columns = channels * columnsAChannel
    const data = [...floats(graph.initializers.get(tensor)!)]
    const weight = Matrix.from1DArray(rows, columns, data)
    const known = moments.find(({ node }) => node === reader)!
    const columnsOf = (kept: readonly number[]) =>
      kept.flatMap(c => Array.from({ length: columnsAChannel }, (_, i) => c * columnsAChannel + i))
    let left = Array.from({ length: channels }, (_, c) => c)
    const gone: number[] = []
    while (left.length > 1) {
      const errors = left.map(c => refittedError(weight, known, columnsOf(left.filter(other => other !== c))))
      const cheapest = left[errors.indexOf(Math.min(...errors))]!
      gone.unshift(cheapest)
      left = left.filter(c => c !== cheapest)
    }
    expect([...ranking.get(group)!]).toEqual([...left, ...gone])
  }
})
