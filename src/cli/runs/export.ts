import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writePare } from '../../formats/pare/write.js'
import type { Graph } from '../../graph/types.js'
import { openRunReader } from '../../store/run-reader.js'
import { whole } from '../../ui/format.js'
import { readExactModel } from '../files/exact-model.js'
import { modelFile, modelTarget, writeModel, writePareFile } from '../files/model-file.js'
import { assertWritable } from '../files/out-file.js'
import { notHeld } from '../files/standard-operators.js'
import { aboutModel, UsageError } from '../options/error.js'
import type { ModelFormat } from '../options/options.js'
import { existingRun, mostExact } from './run-folder.js'

/** `pare export`: writes the model that a run chose, one finalist's, or a model file to a file of any format. */
export async function exportCommand(
  from: string,
  options: {
    readonly out: string
    readonly format?: ModelFormat
    readonly trial?: number
    readonly small: boolean
  },
): Promise<void> {
  const { out, trial, small } = options
  const file = modelFile(out, options.format)
  if (small && file.format !== 'pare') throw new UsageError('--small: expected a .pare file to write')
  const { file: source, layers } = isFile(from) ? modelSource(from, trial) : await runSource(from, trial)
  assertWritable(out, file, source, true)
  try {
    const graph = await readExactModel(source)
    const bytes =
      file.format === 'pare'
        ? writePareFile(file.path, graph, small ? 'small' : 'exact')
        : (await writeModel(await modelTarget(file, layers), graph, async () => {})).bytes
    process.stdout.write(`${file.path}\n`)
    process.stderr.write(`${whole(bytes)} bytes${file.format === 'pare' ? '' : loss(graph, file.format)}\n`)
  } catch (error) {
    throw aboutModel(source, error)
  }
}

/** Where a model stands, and the layers model that came in, by which another is written; null where none did. */
interface Source {
  readonly file: string
  readonly layers: string | null
}

/** What the format does not hold of a model as it is, and the bytes of the file that does. */
function loss(graph: Graph, format: ModelFormat): string {
  const lost = notHeld(graph, format)
  if (lost === '') return ''
  return `: ${lost}; a .pare file holds them as they are in ${whole(writePare(graph, 'exact').length)} bytes`
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile()
}

function modelSource(file: string, trial: number | undefined): Source {
  if (trial !== undefined) throw new UsageError(`--trial ${trial}: ${file} is a model, not a run`)
  return { file, layers: file }
}

/** The file of the model that a run chose, or of a finalist: the one that holds all that was decided. */
async function runSource(run: string, trial: number | undefined): Promise<Source> {
  const folder = existingRun(run)
  const reader = await openRunReader(folder.database)
  try {
    const finalists = await reader.finalists()
    const finalist = finalists.find(other => other.trial === trial)
    if (trial !== undefined && finalist === undefined) {
      const there = finalists.map(other => other.trial).join(', ') || 'none yet'
      throw new UsageError(`trial ${trial} is no finalist of ${folder.name} (finalists: ${there})`)
    }
    const onnx = finalist === undefined ? folder.best : join(folder.path, finalist.file)
    const file = mostExact(onnx)
    if (finalist !== undefined && !existsSync(file))
      throw new UsageError(`the model of trial ${finalist.trial} was deleted: ${onnx} does not exist`)
    if (!existsSync(file)) throw new UsageError(`${folder.name} has no result yet: ${onnx} does not exist`)
    return { file, layers: existsSync(folder.layers) ? folder.layers : null }
  } finally {
    await reader.close()
  }
}
