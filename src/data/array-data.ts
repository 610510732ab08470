import { readArrays } from './arrays.js'
import { DataError } from './error.js'
import type { NpyArray } from './npy.js'
import { assertAlike, type RawDataSet, type RawSplit, splitOff } from './raw.js'
import type { Target } from './target.js'

/** What the array of the samples is called, and that of the classes or numbers of an only output. */
const SAMPLES = 'x'
const ONLY = 'y'

const splits = ['train', 'val', 'test'] as const

/** Share of samples (their end) that are tested, and validated, where a data set does not say which are. */
const HELD_SHARE = 0.1

/**
 * A data set of NumPy arrays. `x` holds the samples as the model takes them, [n, ...sample], floats as they are or bytes
 * that are normalised; any other array is what the output of its name should be, `y` that of an only output; with
 * `_train`, `_val` and `_test` behind the names, those of a split. Without others but `x` (or one array of any name) the
 * samples have no labels.
 * @throws DataError in one line: which array, what was expected, what was found.
 */
export function loadArrays(path: string): RawDataSet {
  const arrays = readArrays(path)
  const [only, ...others] = arrays.keys()
  const named = only !== undefined && others.length === 0 ? new Map([[SAMPLES, arrays.get(only)!]]) : arrays
  const isSplit = named.has(`${SAMPLES}_train`)
  const samples = named.get(isSplit ? `${SAMPLES}_train` : SAMPLES)
  if (samples === undefined) {
    throw new DataError(
      `${path}: expected an array ${SAMPLES} or ${SAMPLES}_train, found ${[...arrays.keys()].join(', ') || 'none'}`,
    )
  }
  const sampleShape = samples.shape.slice(1)
  const read = (suffix: string) => splitOf(path, named, suffix, sampleShape)
  const tenth = (n: number) => Math.max(1, Math.round(n * HELD_SHARE))
  const parts = (): Pick<RawDataSet, (typeof splits)[number]> => {
    const whole = read(isSplit ? '_train' : '')
    const [ownVal, ownTest] = ['_val', '_test'].map(suffix =>
      named.has(`${SAMPLES}${suffix}`) ? read(suffix) : null,
    )
    const all = [ownVal, ownTest].filter(split => split === null).length * tenth(whole.n)
    if (whole.n <= all) throw new DataError(`${path}: expected more than ${all} samples, found ${whole.n}`)
    const rest = ownTest == null ? splitOff(whole, tenth(whole.n)) : { first: whole, last: ownTest }
    const held = ownVal == null ? splitOff(rest.first, tenth(whole.n)) : { first: rest.first, last: ownVal }
    return { train: held.first, val: held.last, test: rest.last }
  }
  return { sampleShape, ...classified(parts()) }
}

function splitOf(
  path: string,
  arrays: ReadonlyMap<string, NpyArray>,
  suffix: string,
  sampleShape: readonly number[],
): RawSplit {
  const name = `${SAMPLES}${suffix}`
  const { shape, data, type } = arrays.get(name)!
  const [n = 0, ...rest] = shape
  if (n === 0)
    throw new DataError(`${path}: array ${name}: expected samples [n, ...], found shape [${shape}]`)
  if (rest.join() !== sampleShape.join())
    throw new DataError(`${path}: array ${name}: expected samples of shape [${sampleShape}], found [${rest}]`)
  const ends = suffix === '' ? '' : suffix
  const targets = [...arrays].flatMap(([key, array]): [string, Target][] => {
    if (key === name || !key.endsWith(ends)) return []
    const output = key.slice(0, key.length - ends.length)
    if (array.shape[0] !== n) {
      throw new DataError(
        `${path}: array ${key}: expected ${n} entries, one for each sample of ${name}, found shape [${array.shape}]`,
      )
    }
    return [[output, targetOf(array)]]
  })
  const pixels = type === 'u1' ? Uint8Array.from(data) : Float32Array.from(data)
  return { pixels, labels: new Int32Array(0), n, targets: Object.fromEntries(targets) }
}

function targetOf({ shape, data, type }: NpyArray): Target {
  const values = type.startsWith('f') ? Float32Array.from(data) : Int32Array.from(data)
  // Whether numbers come with an axis of one says nothing.
  return { values, shape: shape.slice(1).filter(size => size !== 1) }
}

/** Where each sample has one class and nothing else, that is its label. */
function classified(
  parts: Pick<RawDataSet, (typeof splits)[number]>,
): Pick<RawDataSet, (typeof splits)[number] | 'classes'> {
  assertAlike(parts)
  const { [ONLY]: target, ...others } = parts.train.targets ?? {}
  const isClass = target?.values instanceof Int32Array && target.values.length === parts.train.n
  if (!isClass || Object.keys(others).length > 0) return { ...parts, classes: 0 }
  const labelled = ({ pixels, n, targets }: RawSplit): RawSplit => ({
    ...{ pixels, n },
    labels: Int32Array.from(targets?.[ONLY]?.values ?? []),
  })
  const [train, val, test] = splits.map(name => labelled(parts[name])) as [RawSplit, RawSplit, RawSplit]
  const labels = [train, val, test].flatMap(split =>
    split.labels.reduce((most, label) => Math.max(most, label), 0),
  )
  const negative = [train, val, test].some(split => split.labels.some(label => label < 0))
  if (negative)
    throw new DataError(`array ${ONLY} of the data: expected classes from 0 on, found a negative one`)
  return { train, val, test, classes: Math.max(...labels) + 1 }
}
