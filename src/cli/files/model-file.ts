import { existsSync, mkdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { deployed } from '../../evaluate/deploy.js'
import { writeOnnx } from '../../formats/onnx/write.js'
import { type PareMode, writePare } from '../../formats/pare/write.js'
import { graphOf } from '../../formats/tfjs/layers-model/document.js'
import { type LayersTemplate, readLayersTemplate } from '../../formats/tfjs/layers-model/template.js'
import { writeLayersModel } from '../../formats/tfjs/layers-model/write.js'
import { isLayersModel } from '../../formats/tfjs/read.js'
import { saveModel, type TfjsDocument } from '../../formats/tfjs/save.js'
import { writeTfjs } from '../../formats/tfjs/write.js'
import type { Graph } from '../../graph/types.js'
import { assertSameOutputs } from '../../runtime/same-outputs.js'
import { aboutModel, UsageError } from '../options/error.js'
import type { ModelFormat } from '../options/options.js'
import { writeWhole } from '../runs/run-folder.js'
import { standardOperators } from './standard-operators.js'
import { type Check, type Written, writeOnnxFile } from './write-onnx-file.js'

/** What the user named to write a model to, and as what. */
export interface ModelFile {
  readonly format: ModelFormat
  /** The .onnx or .pare file, or the model.json of a TF.js model, beside which its weights go. */
  readonly path: string
}

/** Where a model goes, as what, and what a layers model is written by. */
export type ModelTarget =
  | { readonly format: 'onnx'; readonly path: string }
  | { readonly format: 'pare'; readonly path: string }
  | { readonly format: 'tfjs'; readonly path: string }
  | { readonly format: 'tfjs-layers'; readonly path: string; readonly template: LayersTemplate }

/** What files of each format are called, for messages. */
const kinds: Readonly<Record<ModelFormat, string>> = {
  onnx: 'an .onnx file',
  tfjs: 'a .json file or a folder',
  'tfjs-layers': 'a .json file or a folder',
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
  if (asked !== undefined && named !== undefined && kinds[asked] !== kinds[named])
    throw new UsageError(`--out ${out}: expected ${kinds[asked]} for --format ${asked}`)
  const format = asked ?? named ?? 'onnx'
  const isTfjs = format === 'tfjs' || format === 'tfjs-layers'
  return { format, path: isTfjs && named === undefined ? join(out, 'model.json') : out }
}

/**
 * @param original the model.json of the layers model that came in; null or another file where it was none
 * @throws UsageError where a layers model is asked for and none came in
 */
export async function modelTarget(
  { format, path }: ModelFile,
  original: string | null,
): Promise<ModelTarget> {
  if (format !== 'tfjs-layers') return { format, path }
  try {
    if (original?.endsWith('.json') && (await isLayersModel(original)))
      return { format, path, template: await readLayersTemplate(original) }
  } catch (error) {
    throw aboutModel(original ?? '', error)
  }
  throw new UsageError('--format tfjs-layers: the model that came in is no TF.js layers model')
}

/** @throws GraphError naming the node or layer that the format cannot hold; compressing and training bring in no other. */
export async function assertHolds(target: ModelTarget, graph: Graph): Promise<void> {
  if (target.format === 'onnx' || target.format === 'pare') return
  await documentOf(target, standardOperators(graph, target.format))
}

/**
 * Writes a model whole or not at all, after a check of what it is in ONNX; in another format than pare's own, in operators
 * that other programs have.
 * @throws GraphError naming the node or layer that the format cannot hold.
 */
export async function writeModel<T>(target: ModelTarget, graph: Graph, check: Check<T>): Promise<Written<T>> {
  if (target.format === 'pare') {
    const checked = await check(deployed(graph))
    return { checked, bytes: writePareFile(target.path, graph, 'exact') }
  }
  const standard = standardOperators(graph, target.format)
  if (target.format === 'onnx') return writeOnnxFile(target.path, standard, check)
  const model = await documentOf(target, standard)
  const checked = await check(writeOnnx(standard))
  // A folder that only the model is to be in.
  if (!existsSync(dirname(target.path))) mkdirSync(dirname(target.path))
  return { checked, bytes: saveModel(target.path, model) }
}

async function documentOf(
  target: Exclude<ModelTarget, { format: 'onnx' | 'pare' }>,
  graph: Graph,
): Promise<TfjsDocument> {
  if (target.format === 'tfjs') return writeTfjs(graph)
  const model = writeLayersModel(target.template, graph)
  await assertSameOutputs(graph, graphOf(model))
  return model
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
