import type { DataSet, Split } from './dataset.js'
import { DataError } from './error.js'
import type { Normalization } from './manifest.js'
import type { RawDataSet, RawSplit } from './raw.js'
import type { Target } from './target.js'

/** Samples of a split as the model takes them, on shared memory so that worker threads read them in place. */
export function normalizeSplit(
  split: RawSplit,
  sampleShape: readonly number[],
  normalization: Normalization,
): Split {
  const channels = sampleShape[0] ?? 1
  const { scale, mean, std } = normalization
  for (const [name, values] of Object.entries({ mean, std })) {
    if (values.length !== 1 && values.length !== channels) {
      throw new DataError(
        `normalisation: expected 1 or ${channels} values of ${name}, found ${values.length}`,
      )
    }
  }
  const area = split.pixels.length / split.n / channels
  const samples = new Float32Array(new SharedArrayBuffer(split.pixels.length * 4))
  for (let i = 0; i < samples.length; i++) {
    const channel = Math.floor(i / area) % channels
    const shift = mean[mean.length === 1 ? 0 : channel]!
    samples[i] = (split.pixels[i]! / scale - shift) / std[std.length === 1 ? 0 : channel]!
  }
  const labels = new Int32Array(new SharedArrayBuffer(split.labels.length * 4))
  labels.set(split.labels)
  const targets = Object.entries(split.targets ?? {}).map(
    ([name, target]) => [name, onShared(target)] as const,
  )
  return {
    ...{ samples, labels, n: split.n },
    ...(targets.length === 0 ? {} : { targets: Object.fromEntries(targets) }),
  }
}

function onShared({ values, shape }: Target): Target {
  const memory = new SharedArrayBuffer(values.length * 4)
  const copy = values instanceof Int32Array ? new Int32Array(memory) : new Float32Array(memory)
  copy.set(values)
  return { values: copy, shape }
}

/** Floats are taken as the model takes them. */
export const asTheyAre: Normalization = { scale: 1, mean: [0], std: [1] }

/** The whole data set, normalised. */
export function normalize(raw: RawDataSet, normalization: Normalization): DataSet {
  const { sampleShape, classes } = raw
  const split = (part: RawSplit) => normalizeSplit(part, sampleShape, normalization)
  return { sampleShape, classes, train: split(raw.train), val: split(raw.val), test: split(raw.test) }
}

/** Mean and standard deviation of the training samples by channel, as a normalisation. */
export function standardization(raw: RawDataSet): Normalization {
  const channels = raw.sampleShape[0] ?? 1
  const area = raw.train.pixels.length / raw.train.n / channels
  const sum = new Float64Array(channels)
  const squares = new Float64Array(channels)
  raw.train.pixels.forEach((pixel, i) => {
    const channel = Math.floor(i / area) % channels
    sum[channel]! += pixel / 255
    squares[channel]! += (pixel / 255) ** 2
  })
  const n = raw.train.n * area
  const mean = Array.from(sum, s => s / n)
  return { scale: 255, mean, std: mean.map((m, c) => Math.sqrt(Math.max(squares[c]! / n - m * m, 1e-12))) }
}

/** The usual ways to scale images, tried where a data set does not say how its model wants them. */
export function usualNormalizations(raw: RawDataSet): readonly Normalization[] {
  const rgb = raw.sampleShape[0] === 3
  return [
    standardization(raw),
    { scale: 255, mean: [0], std: [1] },
    { scale: 255, mean: [0.5], std: [0.5] },
    ...(rgb ? [{ scale: 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }] : []),
    asTheyAre,
  ]
}
