import { existsSync, mkdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { writeOnnx } from '../formats/onnx/write.js'
import { type PareMode, writePare } from '../formats/pare/write.js'
import { saveTfjs } from '../formats/tfjs/save.js'
import type { Graph } from '../graph/types.js'
import { UsageError } from './error.js'
import type { ModelFormat } from './options.js'
import { writeWhole } from './run-folder.js'
import { type Check, type Written, writeOnnxFile } from './write-onnx-file.js'

/** Where a model goes, and as what. */
export interface ModelFile {
  readonly format: ModelFormat
  /** The .onnx or .pare file, or the model.json of a TF.js model, beside which its weights go. */
  readonly path: string
}

/** What files of each format are called, for messages. */
const kinds: Readonly<Record<ModelFormat, string>> = {
  onnx: 'an .onnx file',
  tfjs: 'a .json file or a folder',
  pare: 'a .pare file',
}

/** The format that the name of a file says. */
function formatOf(name: string): ModelFormat | undefined {
  if (name.endsWith('.json')) return 'tfjs'
  if (name.endsWith('.pare')) return 'pare'
  return name.endsWith('.onnx') ? 'onnx' : undefined
}

/** What `--out` and `--format` name: a .json is a TF.js model, and so is a folder where the format says so. */
export function modelFile(out: string, asked: ModelFormat | undefined): ModelFile {
  const named = formatOf(out)
  if (asked !== undefined && named !== undefined && asked !== named)
    throw new UsageError(`--out ${out}: expected ${kinds[asked]} for --format ${asked}`)
  const format = asked ?? named ?? 'onnx'
  return { format, path: format === 'tfjs' && named !== 'tfjs' ? join(out, 'model.json') : out }
}

/**
 * Writes a model in standard operators whole or not at all, after a check of what it is in ONNX.
 * @throws GraphError naming the node that TF.js cannot hold.
 */
export async function writeModel<T>(
  { format, path }: ModelFile,
  graph: Graph,
  check: Check<T>,
): Promise<Written<T>> {
  switch (format) {
    case 'onnx':
      return writeOnnxFile(path, graph, check)
    case 'tfjs': {
      const checked = await check(writeOnnx(graph))
      // A folder that only the model is to be in.
      if (!existsSync(dirname(path))) mkdirSync(dirname(path))
      return { checked, bytes: saveTfjs(path, graph) }
    }
    case 'pare': {
      const checked = await check(writeOnnx(graph))
      return { checked, bytes: writePareFile(path, graph, 'exact') }
    }
  }
}

/** Writes a model, compressed or not, to a .pare file, whole or not at all. @returns its bytes */
export function writePareFile(path: string, graph: Graph, mode: PareMode): number {
  const bytes = writePare(graph, mode)
  writeWhole(path, bytes)
  return bytes.length
}

/** What a model may be called: the name of its file, of a model.json that of its folder. */
export function modelName(file: string): string {
  const stem = basename(file).replace(/\.(onnx|json|pare)$/, '')
  if (!file.endsWith('.json') || stem !== 'model') return stem
  return basename(dirname(resolve(file))) || stem
}
