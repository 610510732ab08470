import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { DataError } from '../../src/data/error.js'
import { loadData } from '../../src/data/load.js'
import { readZip } from '../../src/data/zip.js'
import { npyBytes } from '../fixtures/npy.js'
import { zipBytes } from '../fixtures/zip.js'

const folder = mkdtempSync(join(tmpdir(), 'pare-arrays-'))

afterAll(() => rmSync(folder, { recursive: true }))

const floats = (shape: readonly number[]) =>
  npyBytes(
    { descr: '<f4', shape },
    new Uint8Array(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i / 8).buffer),
  )
const integers = (shape: readonly number[], most: number) =>
  npyBytes(
    { descr: '<i4', shape },
    new Uint8Array(Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i % most).buffer),
  )

let written = 0
function npz(arrays: Readonly<Record<string, Uint8Array>>): string {
  const file = join(folder, `${++written}.npz`)
  const entries = Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])
  writeFileSync(file, zipBytes(Object.fromEntries(entries)))
  return file
}

it.each([
  [true, ''],
  [false, ''],
  [true, 'a comment'],
])('a ZIP archive gives back what was put in (deflated: %s)', (deflated, comment) => {
  const files = { a: Uint8Array.of(1, 2, 3), 'b/c': new Uint8Array(5000).fill(7), none: new Uint8Array(0) }
  const found = readZip(zipBytes(files, deflated, comment), 'x.zip')
  expect([...found].map(([name, bytes]) => [name, [...bytes]])).toEqual(
    Object.entries(files).map(([name, bytes]) => [name, [...bytes]]),
  )
})

it('a damaged archive is refused in one line, wherever it is cut', () => {
  const whole = zipBytes({ a: new Uint8Array(300).fill(3), b: Uint8Array.of(1) })
  for (let length = 0; length < whole.length; length += 7) {
    expect(() => readZip(whole.subarray(0, length), 'x.npz')).toThrow(DataError)
    expect(() => readZip(whole.subarray(0, length), 'x.npz')).toThrow(/^x\.npz: expected .*$/)
  }
})

describe('NumPy arrays', () => {
  it('without others are samples without labels, of which the last tenths validate and test', () => {
    const { raw, manifest } = loadData(npz({ arr_0: floats([20, 2, 3]) }))
    expect([raw.classes, raw.sampleShape, manifest.normalization?.scale]).toEqual([0, [2, 3], 1])
    expect([raw.train.n, raw.val.n, raw.test.n]).toEqual([16, 2, 2])
    expect(raw.train.labels).toHaveLength(0)
    expect([...raw.val.pixels, ...raw.test.pixels]).toEqual(
      Array.from({ length: 24 }, (_, i) => (16 * 6 + i) / 8),
    )
  })

  it('with whole numbers, one a sample, are of classes', () => {
    const { raw } = loadData(
      npz({
        ...{
          x_train: floats([6, 4]),
          y_train: integers([6], 3),
          x_val: floats([2, 4]),
          y_val: integers([2], 2),
        },
        ...{ x_test: floats([4, 4]), y_test: integers([4, 1], 3) },
      }),
    )
    expect([raw.classes, [...raw.train.labels], [...raw.test.labels]]).toEqual([
      3,
      [0, 1, 2, 0, 1, 2],
      [0, 1, 2, 0],
    ])
  })

  it('are targets of outputs by their names, split with their samples', () => {
    const path = join(folder, 'arrays')
    mkdirSync(path)
    writeFileSync(join(path, 'x.npy'), floats([10, 4]))
    writeFileSync(join(path, 'depth.npy'), floats([10, 2]))
    writeFileSync(join(path, 'mask.npy'), integers([10, 2, 2], 5))
    const { raw } = loadData(path)
    expect(raw.classes).toBe(0)
    expect(raw.test.targets).toEqual({
      depth: { values: Float32Array.of(18 / 8, 19 / 8), shape: [2] },
      mask: { values: Int32Array.of(1, 2, 3, 4), shape: [2, 2] },
    })
  })

  it.each([
    [{ a: floats([3, 2]), b: floats([3, 2]) }, /expected an array x or x_train, found a, b/],
    [
      { x: floats([5, 2]), y: integers([4], 2) },
      /array y: expected 5 entries, one for each sample of x, found shape \[4\]/,
    ],
    [{ x: floats([2, 2]) }, /expected more than 2 samples, found 2/],
    [{ x: floats([0, 2]) }, /array x: expected samples \[n, \.\.\.\], found shape \[0,2\]/],
    [
      { x_train: floats([5, 2]), x_test: floats([5, 3]) },
      /array x_test: expected samples of shape \[2\], found \[3\]/,
    ],
    [
      { x_train: floats([5, 2]), y_train: floats([5, 1]), x_test: floats([5, 2]) },
      /test: expected y of floats \[n\] as in training, found none/,
    ],
  ])('that do not fit are refused in one line: %#', (arrays, message) => {
    const file = npz(arrays)
    expect(() => loadData(file)).toThrow(DataError)
    expect(() => loadData(file)).toThrow(message)
  })
})
