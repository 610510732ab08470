import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readTfjs } from '../../../src/formats/tfjs/read.js'
import type { FloatValue } from '../../../src/runtime/session.js'
import { difference, runLastly } from './compare.js'

const value = z
  .object({ shape: z.array(z.number()), data: z.array(z.number()) })
  .transform(({ shape, data }): FloatValue => ({ shape, data: Float32Array.from(data) }))
const expectation = z.object({ input: value, outputs: z.array(value) })

/** Converted models with the largest difference from TensorFlow's output that their weights allow. */
const fixtures = [
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
] as const

const byShape = (values: readonly FloatValue[]) =>
  values.toSorted((a, b) => a.shape.join().localeCompare(b.shape.join()))

describe('what TensorFlow computed before conversion, ONNX Runtime computes after import', () => {
  it.each(fixtures)('%s', async (name, tolerance) => {
    const folder = new URL(`../../fixtures/tfjs/${name}/`, import.meta.url)
    const graph = await readTfjs(fileURLToPath(new URL('model.json', folder)))
    const { input, outputs } = expectation.parse(
      JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')),
    )
    const found = await runLastly(graph, [input])
    // The converter may order the outputs otherwise than Keras; their shapes tell them apart.
    expect(difference(byShape(found), byShape(outputs))).toBeLessThanOrEqual(tolerance)
  })
})
