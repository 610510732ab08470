import { afterAll, describe, expect, it } from 'vitest'
import { poolEvaluator } from '../../src/evaluate/pool.js'
import { loadFashion } from '../fixtures/fashion.js'
import { fewSamples } from '../fixtures/few-samples.js'
import { loadModel } from '../fixtures/models.js'

const { signal } = new AbortController()
const evaluator = poolEvaluator(
  {
    graph: loadModel('lenet300'),
    groups: [],
    ranking: new Map(),
    moments: [],
    data: fewSamples(loadFashion(), 10, 10),
    fineTune: { epochs: 0, batchSize: 1, learningRate: 0.1, backend: 'wasm' },
    seed: '1',
  },
  2,
  new URL('../fixtures/misbehaving/odd-worker.mjs', import.meta.url),
)
const evaluate = (a: number) => evaluator.evaluate({ trial: 0, steps: 0, keep: { a } }, signal)

afterAll(() => evaluator.close())

describe('a worker that', () => {
  it.each([
    [1, 'throws', 'it broke'],
    [2, 'exits as if all were well', 'worker exited with code: 0'],
    [3, 'exits with a code', 'worker exited with code: 3'],
    [4, 'asks for more memory than there is', 'Array buffer allocation failed'],
  ])('%i: %s costs its candidate alone, and the pool stays whole', async (width, _, reason) => {
    const beside = evaluate(9)
    await expect(evaluate(width)).rejects.toThrow(reason)
    expect((await beside).evaluation).toEqual({ a: 9 })
    // As many as there are workers, and more.
    expect(await Promise.all([10, 11, 12, 13].map(evaluate))).toHaveLength(4)
  })
})
