import { describe, expect, it } from 'vitest'
import { readTfjs } from '../../../src/formats/tfjs/read.js'
import { difference, runLastly } from './compare.js'
import { byShape, expected, fixtures, modelFile, recurrentFixtures } from './fixtures.js'

describe('what TensorFlow computed before conversion, ONNX Runtime computes after import', () => {
  it.each([...fixtures, ...recurrentFixtures])('%s', async (name, tolerance) => {
    const graph = await readTfjs(modelFile(name))
    const { input, outputs } = expected(name)
    const found = await runLastly(graph, [input])
    expect(difference(byShape(found), byShape(outputs))).toBeLessThanOrEqual(tolerance)
  })
})
