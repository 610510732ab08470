import { DataError } from './error.js'
import { readBytes } from './files.js'
import { parseIdx } from './idx.js'
import { type Target, targetsBetween } from './target.js'

/**
 * Samples as they stand in the files, before normalisation, row-major [n, ...sampleShape]: bytes 0 to 255, or floats as the
 * model takes them.
 */
export interface RawSplit {
  readonly pixels: Uint8Array | Float32Array
  /** Empty where samples have no one class. */
  readonly labels: Int32Array
  readonly n: number
  /** What outputs should be, where that is not one class a sample. */
  readonly targets?: Readonly<Record<string, Target>>
}

/** A data set as it stands in the files. */
export interface RawDataSet {
  /** Channel-first without the batch axis. */
  readonly sampleShape: readonly number[]
  /** 0 where samples have no one class. */
  readonly classes: number
  readonly train: RawSplit
  readonly val: RawSplit
  readonly test: RawSplit
}

/** One split's image and label files; null where it has no labels. */
export interface SplitFiles {
  readonly images: string
  readonly labels: string | null
}

/** A split read from a pair of IDX files; images [n, h, w] are grey, [n, h, w, c] have c channels. */
export function readSplit(files: SplitFiles): RawSplit & { readonly sampleShape: readonly number[] } {
  const images = parseIdx(readBytes(files.images), files.images)
  const [n = 0, ...rest] = images.shape
  if (images.shape.length !== 3)
    throw new DataError(`${files.images}: expected images [n, height, width], found shape [${images.shape}]`)
  if (n === 0) throw new DataError(`${files.images}: expected images, found none`)
  const sampleShape = [1, ...rest]
  if (files.labels === null) return { pixels: images.data, labels: new Int32Array(0), n, sampleShape }
  const labels = parseIdx(readBytes(files.labels), files.labels)
  if (labels.shape.length !== 1)
    throw new DataError(`${files.labels}: expected labels [n], found shape [${labels.shape}]`)
  if (labels.shape[0] !== n) {
    throw new DataError(
      `${files.labels}: expected ${n} labels, one for each image of ${files.images}, found ${labels.shape[0]}`,
    )
  }
  return { pixels: images.data, labels: Int32Array.from(labels.data), n, sampleShape }
}

/** Splits the last `count` samples off. */
export function splitOff(
  split: RawSplit,
  count: number,
): { readonly first: RawSplit; readonly last: RawSplit } {
  const size = split.pixels.length / split.n
  const n = split.n - count
  const part = (from: number, to: number): RawSplit => ({
    pixels: split.pixels.subarray(from * size, to * size),
    labels: split.labels.subarray(from, to),
    n: to - from,
    ...(split.targets === undefined ? {} : { targets: targetsBetween(split.targets, from, to) }),
  })
  return { first: part(0, n), last: part(n, split.n) }
}

/** @throws DataError where splits have other targets than those of training, or targets of other shapes. */
export function assertAlike({ train, val, test }: Pick<RawDataSet, 'train' | 'val' | 'test'>): void {
  const named = ({ targets = {} }: RawSplit) =>
    Object.entries(targets).map(
      ([name, { values, shape }]) =>
        `${name} ${values instanceof Int32Array ? 'of integers' : 'of floats'} [${['n', ...shape]}]`,
    )
  const expected = named(train)
  for (const [split, part] of Object.entries({ val, test })) {
    const found = named(part)
    if (found.join() !== expected.join()) {
      throw new DataError(
        `${split}: expected ${expected.join(', ') || 'no labels'} as in training, found ${found.join(', ') || 'none'}`,
      )
    }
  }
}
