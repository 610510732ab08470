import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DataError } from '../../src/data/error.js'
import { parseIdx } from '../../src/data/idx.js'
import { loadData } from '../../src/data/load.js'
import { normalize, standardization } from '../../src/data/normalize.js'
import { fashionFolder, loadFashion } from '../fixtures/fashion.js'
import { idxBytes, writeSmallFashion } from '../fixtures/idx.js'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-data-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('Fashion-MNIST', () => {
  it('is read as its files say', () => {
    const { raw, manifest } = loadData(fashionFolder)
    expect([raw.train.n, raw.val.n, raw.test.n, raw.classes]).toEqual([8000, 2000, 2000, 10])
    expect(raw.sampleShape).toEqual([1, 28, 28])
    expect(manifest.labels?.[9]).toBe('Ankle boot')
    const bytes = gunzipSync(readFileSync(join(fashionFolder, 'test-images-idx3-ubyte.gz')))
    expect(Buffer.compare(Uint8Array.from(raw.test.pixels), bytes.subarray(16))).toBe(0)
  })

  it('is normalised as its manifest says', () => {
    const { raw } = loadData(fashionFolder)
    const data = loadFashion()
    for (const i of [0, 12_345, 1_000_000])
      expect(data.train.samples[i]).toBeCloseTo((raw.train.pixels[i]! / 255 - 0.286) / 0.353, 5)
  })

  it('standardised has mean 0 and deviation 1 on the training split', () => {
    const { raw } = loadData(fashionFolder)
    const { samples } = normalize(raw, standardization(raw)).train
    const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length
    const square = samples.reduce((sum, x) => sum + x * x, 0) / samples.length
    expect(mean).toBeCloseTo(0, 3)
    expect(square).toBeCloseTo(1, 3)
  })
})

it('reads gzipped and plain files alike, and t10k as test', () => {
  const plain = writeSmallFashion(join(folder, 'plain'), { train: 30, val: 10, test: 10 })
  const before = loadData(plain).raw
  for (const [from, to] of [
    ['train-images-idx3-ubyte', 'train-images-idx3-ubyte.gz'],
    ['test-images-idx3-ubyte', 't10k-images-idx3-ubyte'],
    ['test-labels-idx1-ubyte', 't10k-labels-idx1-ubyte'],
  ] as const) {
    const bytes = readFileSync(join(plain, from))
    rmSync(join(plain, from))
    writeFileSync(join(plain, to), to.endsWith('.gz') ? gzipSync(bytes) : bytes)
  }
  const after = loadData(plain).raw
  for (const split of ['train', 'val', 'test'] as const) {
    expect(Buffer.compare(Uint8Array.from(after[split].pixels), Uint8Array.from(before[split].pixels))).toBe(
      0,
    )
    expect(after[split].labels).toEqual(before[split].labels)
  }
})

it('validates on the last tenth of the training images where there is no validation split', () => {
  const path = writeSmallFashion(join(folder, 'no-val'), { train: 30, val: 10, test: 10 })
  rmSync(join(path, 'val-images-idx3-ubyte'))
  rmSync(join(path, 'val-labels-idx1-ubyte'))
  const { raw } = loadData(path)
  expect([raw.train.n, raw.val.n]).toEqual([27, 3])
  const all = parseIdx(readFileSync(join(path, 'train-images-idx3-ubyte')), 'train')
  expect(Buffer.compare(Uint8Array.from(raw.val.pixels), all.data.subarray(27 * 784))).toBe(0)
})

describe('an IDX file', () => {
  const good = idxBytes([2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6))

  it('is read whole', () => {
    const { shape, data } = parseIdx(good, 'x')
    expect(shape).toEqual([2, 3])
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it.each([
    ['empty', new Uint8Array()],
    ['text', new TextEncoder().encode('hello')],
    ['of floats', Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0)],
    ['with half a header', good.subarray(0, 7)],
    ['cut short', good.subarray(0, good.length - 1)],
    ['too long', Uint8Array.of(...good, 0)],
    ['of an absurd size', idxBytes([0xffffffff, 0xffffffff], new Uint8Array(6))],
  ])('%s is refused in one line that names it', (_, bytes) => {
    expect(() => parseIdx(bytes, 'some-file')).toThrow(DataError)
    expect(() => parseIdx(bytes, 'some-file')).toThrow(/^some-file: [^\n]+$/)
  })
})

describe('a manifest', () => {
  const write = (text: string) => {
    const file = join(folder, 'data.yaml')
    writeFileSync(file, text)
    return file
  }

  it.each([
    ['that is no YAML', 'a: [1', /expected YAML/],
    ['with an unknown key', 'format: idx\nspeed: 1\n', /data\.yaml: /],
    ['without a test split', 'format: idx\ntrain: { images: a, labels: b }\n', /test/],
    [
      'whose deviation is zero',
      'format: idx\ntrain: { images: a, labels: b }\ntest: { images: a, labels: b }\nnormalize: { mean: [0], std: [0] }\n',
      /normalize\.std/,
    ],
    [
      'whose file is missing',
      'format: idx\ntrain: { images: gone, labels: b }\ntest: { images: a, labels: b }\n',
      /gone: no such file/,
    ],
  ])('%s is refused in one line', (_, text, message) => {
    const file = write(text)
    expect(() => loadData(file)).toThrow(DataError)
    expect(() => loadData(file)).toThrow(message)
    expect(() => loadData(file)).toThrow(/^[^\n]+$/)
  })
})
