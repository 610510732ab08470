import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DataError } from '../../src/data/error.js'
import { parseNpy } from '../../src/data/npy.js'
import { npyBytes, readNpy } from '../fixtures/npy.js'
import { smallZooFolder } from '../fixtures/zoo.js'

const bytes = (...values: number[]) => Uint8Array.from(values)
const whole = npyBytes({ descr: '<f8', shape: [2] }, new Uint8Array(new Float64Array([0.5, -3]).buffer))

describe('a NumPy file', () => {
  it.each([
    ['u1', '|u1', [3], bytes(1, 2, 255), [1, 2, 255]],
    ['i1', '|i1', [2], bytes(1, 255), [1, -1]],
    ['b1', '|b1', [2], bytes(1, 0), [1, 0]],
    ['u2 of the other byte order', '>u2', [2], bytes(0, 1, 1, 2), [1, 258]],
    ['i4', '<i4', [1], bytes(254, 255, 255, 255), [-2]],
    ['i8', '<i8', [1, 1], bytes(7, 1, 0, 0, 0, 0, 0, 0), [263]],
    ['u8 of the other byte order', '>u8', [1], bytes(0, 0, 0, 0, 0, 0, 1, 0), [256]],
    ['f4', '<f4', [1], bytes(0, 0, 192, 63), [1.5]],
    ['no axes', '|u1', [], bytes(9), [9]],
    ['no elements', '<f8', [0, 3], bytes(), []],
  ])('is read: %s', (_, descr, shape, data, expected) => {
    const read = parseNpy(npyBytes({ descr, shape }, data), 'x.npy')
    expect([read.shape, [...read.data]]).toEqual([shape, expected])
  })

  it.each([1, 2, 3])('is read in version %i of the format, wherever it stands in memory', version => {
    const file = npyBytes(
      { descr: '<f8', shape: [1] },
      new Uint8Array(new Float64Array([2.5]).buffer),
      version,
    )
    const moved = new Uint8Array(file.length + 3)
    moved.set(file, 3)
    expect([...parseNpy(moved.subarray(3), 'x.npy').data]).toEqual([2.5])
  })

  it('is read in Fortran order', () => {
    // a[i][j][k] = 100 i + 10 j + k, of which the first index varies fastest.
    const columns = [0, 1].flatMap(k => [0, 1, 2].flatMap(j => [0, 1].map(i => 100 * i + 10 * j + k)))
    const { data } = parseNpy(
      npyBytes({ descr: '|u1', fortran: true, shape: [2, 3, 2] }, Uint8Array.from(columns)),
      'x.npy',
    )
    expect([...data]).toEqual(
      [0, 1].flatMap(i => [0, 1, 2].flatMap(j => [0, 1].map(k => 100 * i + 10 * j + k))),
    )
  })

  it('that NumPy wrote is read', () => {
    const files = readdirSync(smallZooFolder, { recursive: true })
      .map(String)
      .filter(name => name.endsWith('.npy'))
    const file = readFileSync(join(smallZooFolder, files[0] ?? ''))
    const { shape, data } = parseNpy(file, 'x.npy')
    const known = readNpy(file)
    expect([shape, Float32Array.from(data)]).toEqual([known.shape, known.data])
  })

  it.each([
    ['another file', bytes(...Buffer.from('NUMPY, but not so'))],
    ['a cut header', whole.subarray(0, 40)],
    ['cut data', whole.subarray(0, whole.length - 1)],
    ['more data', Buffer.concat([whole, bytes(0)])],
    ['text', npyBytes({ descr: '<U3', shape: [1] }, new Uint8Array(12))],
    ['a size that nobody has', npyBytes({ descr: '<f8', shape: [2 ** 40, 2 ** 40] }, new Uint8Array(8))],
  ])('is refused in one line: %s', (_, file) => {
    const read = () => parseNpy(file, 'x.npy')
    expect(read).toThrow(DataError)
    expect(read).toThrow(/^x\.npy: expected .*$/)
  })
})
