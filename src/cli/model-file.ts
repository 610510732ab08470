import { existsSync, mkdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { writeOnnx } from '../formats/onnx/write.js'
import { saveTfjs } from '../formats/tfjs/save.js'
import type { Graph } from '../graph/types.js'
import { UsageError } from './error.js'
import type { ModelFormat } from './options.js'
import { type Check, type Written, writeOnnxFile } from './write-onnx-file.js'

/** Where a model goes, and as what. */
export interface ModelFile {
  readonly format: ModelFormat
  /** The .onnx file, or the model.json of a TF.js model, beside which its weights go. */
  readonly path: string
}

/** What `--out` and `--format` name: a .json is a TF.js model, and so is a folder where the format says so. */
export function modelFile(out: string, asked: ModelFormat | undefined): ModelFile {
  const [json, onnx] = [out.endsWith('.json'), out.endsWith('.onnx')]
  if (asked === 'onnx' && json) throw new UsageError(`--out ${out}: expected an .onnx file for --format onnx`)
  if (asked === 'tfjs' && onnx)
    throw new UsageError(`--out ${out}: expected a .json file or a folder for --format tfjs`)
  const format = asked ?? (json ? 'tfjs' : 'onnx')
  return { format, path: format === 'tfjs' && !json ? join(out, 'model.json') : out }
}

/**
 * Writes a model whole or not at all, after a check of what it is in ONNX.
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
  }
}

/** What a model may be called: the name of its file, of a model.json that of its folder. */
export function modelName(file: string): string {
  const stem = basename(file).replace(/\.(onnx|json)$/, '')
  if (!file.endsWith('.json') || stem !== 'model') return stem
  return basename(dirname(resolve(file))) || stem
}
