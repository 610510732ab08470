import { join } from 'node:path'
import { writeOnnx } from '../../../../src/formats/onnx/write.js'
import { readTfjs } from '../../../../src/formats/tfjs/read.js'
import { saveTfjs } from '../../../../src/formats/tfjs/save.js'
import type { Graph } from '../../../../src/graph/types.js'
import { outputsOf, relativeDifference, type Values } from '../../../fixtures/twin.js'
import { inFolder } from '../layers.js'
import { backends, runWritten } from './loaded.js'

/** The largest difference from ONNX Runtime, on any backend of TF.js and in ONNX Runtime once it is read again. */
export async function apart(graph: Graph, inputs: Values): Promise<number> {
  const expected = await outputsOf(writeOnnx(graph), inputs)
  const again = await inFolder(async folder => {
    saveTfjs(join(folder, 'model.json'), graph)
    return readTfjs(join(folder, 'model.json'))
  })
  let worst = relativeDifference(await outputsOf(writeOnnx(again), inputs), expected)
  for (const backend of backends)
    worst = Math.max(worst, relativeDifference(await runWritten(graph, inputs, backend), expected))
  return worst
}
