import { DataError } from './error.js'
import { readBytes } from './files.js'
import { parseIdx } from './idx.js'

/** Samples as they stand in the files, before normalisation: bytes 0 to 255, row-major [n, ...sampleShape]. */
export interface RawSplit {
  readonly pixels: Uint8Array
  readonly labels: Int32Array
  readonly n: number
}

/** A data set as it stands in the files. */
export interface RawDataSet {
  /** Channel-first without the batch axis. */
  readonly sampleShape: readonly number[]
  readonly classes: number
  readonly train: RawSplit
  readonly val: RawSplit
  readonly test: RawSplit
}

/** One split's image and label files. */
export interface SplitFiles {
  readonly images: string
  readonly labels: string
}

/** A split read from a pair of IDX files; images [n, h, w] are grey, [n, h, w, c] have c channels. */
export function readSplit(files: SplitFiles): RawSplit & { readonly sampleShape: readonly number[] } {
  const images = parseIdx(readBytes(files.images), files.images)
  const labels = parseIdx(readBytes(files.labels), files.labels)
  const [n = 0, ...rest] = images.shape
  if (images.shape.length !== 3)
    throw new DataError(`${files.images}: expected images [n, height, width], found shape [${images.shape}]`)
  if (labels.shape.length !== 1)
    throw new DataError(`${files.labels}: expected labels [n], found shape [${labels.shape}]`)
  if (n === 0) throw new DataError(`${files.images}: expected images, found none`)
  if (labels.shape[0] !== n) {
    throw new DataError(
      `${files.labels}: expected ${n} labels, one for each image of ${files.images}, found ${labels.shape[0]}`,
    )
  }
  return { pixels: images.data, labels: Int32Array.from(labels.data), n, sampleShape: [1, ...rest] }
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
  })
  return { first: part(0, n), last: part(n, split.n) }
}
