import { dirname } from 'node:path'
import { readBytes } from '../../data/files.js'
import { openOnnx } from '../../formats/onnx/open.js'
import { readPare } from '../../formats/pare/read.js'
import { readTfjs } from '../../formats/tfjs/read.js'
import type { Graph } from '../../graph/types.js'

/** A model as its file has it, with pare's own operators where it has any. @throws DataError, GraphError in one line. */
export async function readExactModel(file: string): Promise<Graph> {
  if (file.endsWith('.json')) return readTfjs(file)
  const bytes = readBytes(file)
  return file.endsWith('.pare') ? readPare(bytes) : (await openOnnx(bytes, dirname(file))).graph
}
