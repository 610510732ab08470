import { expect, it } from 'vitest'
import { standardOperators } from '../../../src/cli/files/standard-operators.js'
import { randomStream } from '../../../src/random.js'
import { loadModel } from '../../fixtures/models.js'
import { maxDifference, normalSamples, runGraph } from '../../fixtures/run.js'
import { quantizable, withQuantizers } from '../../formats/quantizers.js'

it('a model with quantised values runs in ONNX Runtime, its weights float32', async () => {
  const graph = loadModel('lenet5')
  const { weights, values } = quantizable(graph)
  const samples = normalSamples(randomStream(1, 0, 'samples'), 2 * 784)
  const run = (names: readonly string[]) =>
    runGraph(
      standardOperators(withQuantizers(graph, new Map(names.map(name => [name, 8])))),
      samples,
      [2, 1, 28, 28],
    )
  const [plain, both] = [await run(weights), await run([...weights, ...values.slice(0, 1)])]
  expect(maxDifference(plain, both)).toBeGreaterThan(0)
  expect(both.every(Number.isFinite)).toBe(true)
})
