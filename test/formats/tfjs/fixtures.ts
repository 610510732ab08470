import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { FloatValue } from '../../../src/runtime/session.js'

const value = z
  .object({ shape: z.array(z.number()), data: z.array(z.number()) })
  .transform(({ shape, data }): FloatValue => ({ shape, data: Float32Array.from(data) }))
const expectation = z.object({ input: value, outputs: z.array(value) })

/** Converted models with the largest difference from TensorFlow's output that their weights allow. */
export const fixtures = [
  ['graph-convnet', 1e-5],
  ['graph-branches', 1e-5],
  ['graph-functions', 1e-5],
  ['graph-convnet-uint8', 2e-3],
  ['graph-convnet-uint16', 1e-5],
  ['graph-convnet-float16', 2e-4],
  ['layers-convnet', 1e-5],
  ['layers-branches', 1e-5],
  ['keras3-convnet', 1e-5],
  ['keras3-branches', 1e-5],
  ['layers-attention', 1e-5],
  ['layers-sequence', 1e-5],
  ['layers-norms', 1e-5],
  ['keras3-attention', 1e-5],
  ['keras3-sequence', 1e-5],
  ['keras3-norms', 1e-5],
  ['graph-attention', 1e-5],
  ['graph-norms', 1e-5],
  ['keras3-graph-attention', 1e-5],
  ['keras3-graph-norms', 1e-5],
] as const

/** Converted models that TF.js could only hold with loops: they come out as ONNX alone. */
export const recurrentFixtures = [
  ['layers-recurrent', 1e-5],
  ['keras3-recurrent', 1e-5],
] as const

const folder = (name: string) => new URL(`../../fixtures/tfjs/${name}/`, import.meta.url)

export function modelFile(name: string): string {
  return fileURLToPath(new URL('model.json', folder(name)))
}

/** An input and what TensorFlow made of it before conversion. */
export function expected(name: string): z.infer<typeof expectation> {
  return expectation.parse(JSON.parse(readFileSync(new URL('expected.json', folder(name)), 'utf8')))
}

/** The converter may order the outputs otherwise than Keras; their shapes tell them apart. */
export function byShape(values: readonly FloatValue[]): FloatValue[] {
  return values.toSorted((a, b) => a.shape.join().localeCompare(b.shape.join()))
}
