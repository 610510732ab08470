import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { rankByEnergy } from '../../src/compress/criteria/energy.js'
import { calibrate } from '../../src/evaluate/calibrate.js'
import type { EvaluationContext } from '../../src/evaluate/context.js'
import type { Evaluator } from '../../src/evaluate/evaluator.js'
import { inProcessEvaluator } from '../../src/evaluate/in-process.js'
import { poolEvaluator } from '../../src/evaluate/pool.js'
import { recycledEvaluator } from '../../src/evaluate/recycle.js'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { countMacs } from '../../src/graph/cost.js'
import { channelGroups } from '../../src/graph/groups.js'
import { countParams } from '../../src/graph/parameters.js'
import { whyNotNative } from '../../src/tensor/backend.js'
import { loadFashion } from '../fixtures/fashion.js'
import { loadModel } from '../fixtures/models.js'

/** The compiled worker; `npm test` builds it first. */
const workerFile = new URL('../../dist/src/evaluate/worker.js', import.meta.url)

let context: EvaluationContext

beforeAll(async () => {
  expect(existsSync(workerFile)).toBe(true)
  const graph = loadModel('lenet300')
  const { groups } = channelGroups(graph)
  const whole = loadFashion()
  const data = {
    ...whole,
    train: {
      ...whole.train,
      n: 640,
      labels: whole.train.labels.slice(0, 640),
      samples: whole.train.samples.slice(0, 640 * 784),
    },
  }
  const moments = await calibrate(graph, data, 1)
  const fineTune = { epochs: 1, batchSize: 64, learningRate: 0.01, backend: 'wasm' as const }
  context = {
    graph,
    groups,
    ranking: rankByEnergy(graph, groups, moments),
    moments,
    data,
    fineTune,
    seed: '1',
  }
})

const implementations: readonly (readonly [string, () => Evaluator])[] = [
  ['in process', () => inProcessEvaluator(context)],
  ['a pool of two', () => poolEvaluator(context, 2, workerFile)],
  [
    'a pool that is replaced every third time',
    () => {
      let calls = 0
      return recycledEvaluator(
        () => poolEvaluator(context, 1, workerFile),
        1,
        () => ++calls % 3 === 0,
      )
    },
  ],
]

const never = new AbortController().signal

describe.each(implementations)('an evaluator: %s', (_, create) => {
  const keepOf = (width: number) =>
    Object.fromEntries(context.groups.map(({ name, size }) => [name, Math.min(size, width)]))

  it('gives the same facts for the same candidate, whatever runs beside it', async () => {
    const evaluator = create()
    const widths = [20, 40, 80, 40, 20]
    const all = await Promise.all(
      widths.map((width, trial) => evaluator.evaluate({ trial, keep: keepOf(width), steps: 0 }, never)),
    )
    expect(all[0]?.evaluation).toEqual(all[4]?.evaluation)
    expect(all[1]?.evaluation).toEqual(all[3]?.evaluation)
    const reference = inProcessEvaluator(context)
    for (const [i, width] of widths.entries()) {
      expect(all[i]?.evaluation).toEqual(
        (await reference.evaluate({ trial: 9, keep: keepOf(width), steps: 0 }, never)).evaluation,
      )
    }
    await evaluator.close()
  })

  it('fine-tunes to a file that is what it says', async () => {
    const evaluator = create()
    const steps: number[] = []
    const { before, after, model } = await evaluator.fineTune(
      { trial: 3, keep: keepOf(30) },
      progress => steps.push(progress.step),
      never,
    )
    await evaluator.close()
    expect(steps.at(-1)).toBe(10)
    expect(after.scores.val!.score).toBeGreaterThanOrEqual(before.scores.val!.score)
    const graph = readOnnx(model)
    expect(after.cost).toEqual({
      macs: countMacs(graph),
      params: countParams(graph),
      bitops: countMacs(graph) * 32 * 32,
      size: model.byteLength,
      bytes: model.byteLength,
    })
  })

  it('fine-tunes for the steps of a rung, the same wherever it is done', async () => {
    const evaluator = create()
    const of = async (e: Evaluator, steps: number) =>
      (await e.evaluate({ trial: 2, keep: keepOf(12), steps }, never)).evaluation
    const [none, few, again] = await Promise.all([of(evaluator, 0), of(evaluator, 8), of(evaluator, 8)])
    expect(few).toEqual(again)
    expect(few).toEqual(await of(inProcessEvaluator(context), 8))
    expect(few.cost).toEqual(none.cost)
    expect(few.scores.val!.loss).toBeLessThan(none.scores.val!.loss)
    await evaluator.close()
  })

  it('rejects with the reason for a candidate that cannot be', async () => {
    const evaluator = create()
    const impossible = { [context.groups[0]!.name]: 0 }
    await expect(evaluator.evaluate({ trial: 0, keep: impossible, steps: 0 }, never)).rejects.toThrow(
      /expected to keep 1 to 300 channels, found 0/,
    )
    await evaluator.evaluate({ trial: 1, keep: keepOf(20), steps: 0 }, never)
    await evaluator.close()
  })

  it('gives up when told to', async () => {
    const evaluator = create()
    const stop = new AbortController()
    const running = evaluator.fineTune(
      { trial: 0, keep: keepOf(200) },
      () => stop.abort(new Error('enough')),
      stop.signal,
    )
    await expect(running).rejects.toThrow(/enough|interrupted/)
    await expect(evaluator.evaluate({ trial: 1, keep: keepOf(20), steps: 0 }, stop.signal)).rejects.toThrow(
      'enough',
    )
    await evaluator.close()
  })
})

it('stops all that a pool has in hand, though some of it has ended', async () => {
  const pool = poolEvaluator(context, 1, workerFile)
  const stop = new AbortController()
  let done = 0
  const all = Array.from({ length: 10 }, async () => {
    await pool.probe(null, { split: 'val', n: 100 }, stop.signal)
    if (++done === 2) stop.abort(new Error('enough'))
  })
  const results = await Promise.allSettled(all)
  await pool.close()
  // Those after the two, but for one that may have been at its end.
  expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(6)
})

describe.each([
  { backend: 'wasm', missing: false },
  { backend: 'tensorflow', missing: whyNotNative() !== null },
] as const)('fine-tuning on $backend', ({ backend, missing }) => {
  it.skipIf(missing)('gives the same models in several threads at once as in one', async () => {
    const onBackend = { ...context, fineTune: { ...context.fineTune, backend } }
    const candidates = [10, 20, 30, 40].map((width, trial) => ({
      trial,
      keep: Object.fromEntries(context.groups.map(({ name, size }) => [name, Math.min(size, width)])),
    }))
    const tunedBy = async (evaluator: Evaluator) => {
      const all = candidates.map(candidate => evaluator.fineTune(candidate, () => {}, never))
      const models = (await Promise.all(all)).map(({ model }) => model)
      await evaluator.close()
      return models
    }
    expect(await tunedBy(poolEvaluator(onBackend, 3, workerFile))).toEqual(
      await tunedBy(inProcessEvaluator(onBackend)),
    )
  })
})
