import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { loadArrays } from './array-data.js'
import { isArrays } from './arrays.js'
import { DataError } from './error.js'
import { type Manifest, readManifest } from './manifest.js'
import { asTheyAre } from './normalize.js'
import { type RawDataSet, type RawSplit, readSplit, type SplitFiles, splitOff } from './raw.js'

/** A data set as loaded, with what its manifest says of it. */
export interface LoadedData {
  readonly raw: RawDataSet
  readonly manifest: Pick<Manifest, 'normalization' | 'labels'>
}

/** Share of the training samples (their end) that validate where a data set has no validation split of its own. */
const VALIDATION_SHARE = 0.1

const prefixes = { train: ['train'], val: ['val', 'validation'], test: ['test', 't10k'] } as const

/**
 * Loads a data set: a folder of IDX files (MNIST naming, gzipped or not), a folder with `data.yaml`, a manifest, or NumPy
 * arrays.
 * All files are read and checked before anything runs on them.
 * @throws DataError in one line: which file, what was expected, what was found.
 */
export function loadData(path: string): LoadedData {
  if (!existsSync(path)) throw new DataError(`${path}: no such file or folder`)
  if (isArrays(path)) {
    const raw = loadArrays(path)
    const normalization = raw.train.pixels instanceof Float32Array ? asTheyAre : null
    return { raw, manifest: { normalization, labels: null } }
  }
  const manifest = statSync(path).isDirectory() ? folderManifest(path) : readManifest(path)
  const { sampleShape, ...train } = readSplit(manifest.train)
  const test = sameShape(manifest.test, sampleShape)
  const own = manifest.val === null ? null : sameShape(manifest.val, sampleShape)
  const held =
    own === null
      ? splitOff(train, Math.max(1, Math.round(train.n * VALIDATION_SHARE)))
      : { first: train, last: own }
  if (held.first.n === 0)
    throw new DataError(`${manifest.train.images}: expected at least two training images, found ${train.n}`)
  const seen = [train, test, held.last].flatMap(split =>
    split.labels.reduce((most, label) => Math.max(most, label), 0),
  )
  const labelled = [train, test, held.last].filter(({ labels }) => labels.length > 0)
  if (labelled.length > 0 && labelled.length < 3)
    throw new DataError(`${path}: expected labels for all splits or for none, found some without`)
  const classes = labelled.length === 0 ? 0 : (manifest.labels?.length ?? Math.max(...seen) + 1)
  for (const [split, { labels }] of [
    [manifest.train, train],
    [manifest.test, test],
    [manifest.val, held.last],
  ] as const) {
    const wrong = labels.find(label => label >= classes)
    if (wrong !== undefined)
      throw new DataError(`${split?.labels}: expected classes 0 to ${classes - 1}, found ${wrong}`)
  }
  return { raw: { sampleShape, classes, train: held.first, val: held.last, test }, manifest }
}

function sameShape(files: SplitFiles, sampleShape: readonly number[]): RawSplit {
  const split = readSplit(files)
  if (split.sampleShape.join() !== sampleShape.join()) {
    throw new DataError(
      `${files.images}: expected images of shape [${sampleShape}] as in training, found [${split.sampleShape}]`,
    )
  }
  return split
}

function folderManifest(folder: string): Manifest {
  const manifest = ['data.yaml', 'data.yml'].map(name => join(folder, name)).find(file => existsSync(file))
  if (manifest !== undefined) return readManifest(manifest)
  const names = readdirSync(folder)
  const find = (split: keyof typeof prefixes, what: 'images' | 'labels'): string | undefined => {
    const name = names.find(
      n => prefixes[split].some(p => n.startsWith(`${p}-${what}`)) && /idx\d-ubyte(\.gz)?$/.test(n),
    )
    return name === undefined ? undefined : join(folder, name)
  }
  const files = (split: keyof typeof prefixes): SplitFiles | null => {
    const images = find(split, 'images')
    const labels = find(split, 'labels')
    if ((images === undefined) !== (labels === undefined)) {
      throw new DataError(`${folder}: expected ${split} images and labels, found only ${images ?? labels}`)
    }
    return images === undefined || labels === undefined ? null : { images, labels }
  }
  const [train, val, test] = [files('train'), files('val'), files('test')]
  if (train === null)
    throw new DataError(`${folder}: expected train-images-idx3-ubyte(.gz) or data.yaml, found neither`)
  if (test === null) throw new DataError(`${folder}: expected test-images-idx3-ubyte(.gz), found none`)
  return { train, val, test, normalization: null, labels: null }
}
