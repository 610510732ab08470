import { describe, expect, it } from 'vitest'
import { writeOnnx } from '../../../../src/formats/onnx/write.js'
import { allNets } from '../../../fixtures/nets.js'
import { outputsOf, relativeDifference } from '../../../fixtures/twin.js'
import { runWritten } from './loaded.js'

describe('what ONNX Runtime computes, TF.js computes from what is written', () => {
  it.each(allNets())('$name', async ({ graph, inputs }) => {
    const expected = await outputsOf(writeOnnx(graph), inputs)
    expect(relativeDifference(await runWritten(graph, inputs), expected)).toBeLessThanOrEqual(1e-4)
  })
})
