/**
 * Training steps of an ONNX net on one backend, timed: for each line of standard input, a count, so many steps, told as
 * one line of JSON, [[wall ms, CPU ms], ...].
 *
 *   npx tsx bench/pytorch/step.ts FILE wasm|tensorflow BATCH
 */
import { createInterface } from 'node:readline'
import { type BackendName, initBackend } from '../../src/tensor/backend.js'
import { timed } from '../timed.js'
import { trainingOf } from '../training.js'

const [file = '', backend = 'wasm', batch = '64'] = process.argv.slice(2)
await initBackend(backend as BackendName)
const { step } = trainingOf(file, Number(batch), false)
for await (const line of createInterface(process.stdin)) {
  const times = Array.from({ length: Number(line) }, () => timed(step))
  console.log(JSON.stringify(times.map(({ wall, cpu }) => [wall, cpu])))
}
