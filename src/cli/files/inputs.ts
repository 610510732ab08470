import { cpus } from 'node:os'
import { dirname } from 'node:path'
import { dequantizeGraph } from '../../compress/quantize/dequantize.js'
import type { DataSet } from '../../data/dataset.js'
import { readBytes } from '../../data/files.js'
import { loadData } from '../../data/load.js'
import type { Normalization } from '../../data/manifest.js'
import { normalize } from '../../data/normalize.js'
import { goalsFor, setGoals } from '../../evaluate/goals/set.js'
import { assertFaithful, assertFits, findNormalization, isBatchFixed } from '../../evaluate/original.js'
import { LARGEST_FILE } from '../../formats/onnx/limits.js'
import { type OpenedModel, openOnnx } from '../../formats/onnx/open.js'
import { canonical } from '../../formats/onnx/read.js'
import { weightBytes, writeOnnx } from '../../formats/onnx/write.js'
import { readPare } from '../../formats/pare/read.js'
import { readTfjs } from '../../formats/tfjs/read.js'
import { tfjsSize } from '../../formats/tfjs/size.js'
import { type Graph, GraphError } from '../../graph/types.js'
import { runtimeVersion } from '../../runtime/session.js'
import { simplify } from '../../runtime/simplify.js'
import type { BackendName } from '../../tensor/backend.js'
import { tensorflow } from '../../tensor/native/home.js'
import { aboutModel } from '../options/error.js'
import { parseMetric } from '../options/metric-option.js'
import { pareVersion } from '../options/version.js'
import { hashData, sha256 } from './hash.js'
import { standardOperators } from './standard-operators.js'

/** A model and its data, loaded, checked and found to fit. */
export interface Inputs {
  /** The model as an .onnx file. */
  readonly modelBytes: Uint8Array
  /** Bytes of the file that the user named, with its weights beside it. */
  readonly size: number
  readonly modelHash: string
  /** The model; a quantised one as the float network that it stands for. */
  readonly graph: Graph
  readonly data: DataSet
  readonly dataHash: string
  readonly normalization: Normalization
}

/**
 * The model of an .onnx file, a TF.js model.json or a .pare file; the bytes are those of an .onnx file, for another format
 * those of the one it becomes; the size is that of the user's file, with its weights beside it.
 * @throws DataError, GraphError naming the file.
 */
export async function loadModel(file: string): Promise<OpenedModel> {
  try {
    const opened = await openModel(file)
    return { ...opened, graph: await simplify(opened.graph) }
  } catch (error) {
    throw aboutModel(file, error)
  }
}

async function openModel(file: string): Promise<OpenedModel> {
  if (file.endsWith('.json')) return { ...asOnnx(await readTfjs(file)), size: await tfjsSize(file) }
  const bytes = readBytes(file)
  if (!file.endsWith('.pare')) return openOnnx(bytes, dirname(file))
  return { ...asOnnx(canonical(standardOperators(readPare(bytes)))), size: bytes.length }
}

function asOnnx(graph: Graph): Omit<OpenedModel, 'size'> {
  return { graph, bytes: weightBytes(graph) >= LARGEST_FILE ? null : writeOnnx(graph) }
}

/** How data are taken beside what they say themselves. */
export interface DataWishes {
  /** As `--metric` has it. */
  readonly metric?: string | undefined
  /** That of a run that goes on; without, the data set's own, or the one that is found. */
  readonly normalization?: Normalization
  /** The model file that fidelity is to; without, the model itself. */
  readonly original?: string | undefined
}

/**
 * Loads both and checks that they fit each other.
 * @throws UsageError, GraphError, DataError in one line.
 */
export async function loadInputs(
  modelFile: string,
  dataPath: string,
  { metric, original, ...given }: DataWishes,
): Promise<Inputs> {
  const asked = parseMetric(metric)
  const { bytes, size, graph } = await loadModel(modelFile)
  const { raw, manifest } = loadData(dataPath)
  try {
    if (bytes === null)
      throw new GraphError(`the model has ${size} bytes; one that is run on data must stay below 2 GB`)
    assertFits(graph, raw.sampleShape)
    if (await isBatchFixed(bytes, raw.sampleShape))
      process.stderr.write(`${modelFile}: run on one sample at a time, as a shape in it fixes the batch\n`)
    const plan = await goalsFor(asked, bytes, graph, raw)
    const normalization =
      given.normalization ?? manifest.normalization ?? (await findNormalization(bytes, raw, plan))
    const reference = original === undefined ? bytes : await bytesOf(original)
    const data = await setGoals(normalize(raw, normalization), plan, reference)
    await assertFaithful(bytes, graph, data)
    return {
      modelBytes: bytes,
      size,
      modelHash: sha256(bytes),
      graph: dequantizeGraph(graph),
      data,
      dataHash: hashData(raw),
      normalization,
    }
  } catch (error) {
    throw aboutModel(modelFile, error)
  }
}

/** A model as an .onnx file. @throws GraphError where it is too large for one. */
async function bytesOf(file: string): Promise<Uint8Array> {
  const { bytes } = await loadModel(file)
  if (bytes === null) throw new GraphError(`${file}: one that is run on data must stay below 2 GB`)
  return bytes
}

/** What a run on a backend is made with, for its record. */
export function versions(backend: BackendName): Record<string, string> {
  const own = { pare: pareVersion(), node: process.versions.node, onnxruntime: runtimeVersion }
  return backend === 'tensorflow' ? { ...own, tensorflow: tensorflow.version } : own
}

/** The machine, as far as results depend on it. */
export function machine(): string {
  return `${process.platform} ${process.arch}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`
}
