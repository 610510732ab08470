import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { randomStream } from '../../src/random.js'
import { pare } from '../fixtures/cli.js'
import { loadFashion } from '../fixtures/fashion.js'
import { npyBytes } from '../fixtures/npy.js'
import { normalSamples } from '../fixtures/run.js'
import { zipBytes } from '../fixtures/zip.js'
import { smallZooFolder } from '../fixtures/zoo.js'

const folder = mkdtempSync(join(tmpdir(), 'pare-metrics-'))
const lenet = fileURLToPath(new URL('../fixtures/models/lenet5.onnx', import.meta.url))
const zoo = (name: string) => join(smallZooFolder, `${name}.onnx`)
const bytesOf = (values: Float32Array | Int32Array) => new Uint8Array(values.slice().buffer)
const floats = (shape: readonly number[], values: Float32Array) =>
  npyBytes({ descr: '<f4', shape }, bytesOf(values))
const integers = (shape: readonly number[], values: Int32Array) =>
  npyBytes({ descr: '<i4', shape }, bytesOf(values))

function npz(name: string, arrays: Readonly<Record<string, Uint8Array>>): void {
  const files = Object.entries(arrays).map(([key, bytes]) => [`${key}.npy`, bytes])
  writeFileSync(join(folder, name), zipBytes(Object.fromEntries(files)))
}

/** Images of three channels, the mean of whose first is drawn anew. */
function images(n: number): Float32Array {
  const random = randomStream(5, 0, 'images')
  const x = normalSamples(random, n * 3072)
  for (let i = 0; i < n; i++) {
    const [brightness = 0] = normalSamples(random, 1)
    for (let p = 0; p < 1024; p++) x[i * 3072 + p]! += 2 * brightness
  }
  return x
}

const n = 160
const x = images(n)
const brightness = Float32Array.from(
  { length: n },
  (_, i) => x.subarray(i * 3072, i * 3072 + 1024).reduce((sum, value) => sum + value, 0) / 1024,
)

beforeAll(() => {
  const { train } = loadFashion()
  writeFileSync(
    join(folder, 'unlabelled.npy'),
    floats([600, 1, 28, 28], train.samples.subarray(0, 600 * 784)),
  )
  // What is to be said of a place is whether its own first channel is positive.
  const mask = Int32Array.from({ length: n * 1024 }, (_, i) => {
    const [sample, place] = [Math.floor(i / 1024), i % 1024]
    return x[sample * 3072 + place]! > 0 ? 1 : 0
  })
  npz('masks.npz', { x: floats([n, 3, 32, 32], x), output: integers([n, 32, 32], mask) })
  const classes = Int32Array.from(brightness, value => (value > 0 ? 1 : 0))
  const numbers = Float32Array.from(
    { length: n * 4 },
    (_, i) => brightness[Math.floor(i / 4)]! * ((i % 4) + 1),
  )
  npz('heads.npz', {
    ...{ x: floats([n, 3, 32, 32], x), output0: integers([n], classes), output1: floats([n, 4], numbers) },
  })
  npz('odd.npz', { x: floats([n, 3, 32, 32], x), output: integers([n, 16, 16], mask.slice(0, n * 256)) })
})

afterAll(() => rmSync(folder, { recursive: true }))

const figure = z.number().optional()
const score = z.object({
  ...{ score: z.number(), loss: z.number(), n: z.number(), metric: z.string() },
  ...{ fidelity: figure, iou: figure, top1: figure, mse: figure },
})
const trained = z.object({ before: z.object({ val: score }), after: z.object({ val: score }) })

async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await pare(args, folder)
  expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
  return stdout
}

const training = ['--backend', 'wasm', '--json', '--batch-size', '16']

describe('without labels', () => {
  it('a cut network becomes more faithful to the original by learning from it alone', async () => {
    await done('compress', lenet, '--keep', '0.2', '--round', '1', '--out', 'cut.onnx')
    const taught = ['--teacher', lenet, '--epochs', '4', ...training]
    const text = await done(
      'finetune',
      'cut.onnx',
      '--data',
      'unlabelled.npy',
      '--out',
      'tuned.onnx',
      ...taught,
    )
    const { before, after } = trained.parse(JSON.parse(text))
    expect(after.val.fidelity).toBeGreaterThan(before.val.fidelity! + 0.05)
    expect(after.val).toMatchObject({ metric: 'fidelity', score: after.val.fidelity, n: 60 })
    const asked = ['--data', 'unlabelled.npy', '--original', lenet, '--json']
    const evaluated = z
      .object({ val: score })
      .parse(JSON.parse(await done('evaluate', 'tuned.onnx', ...asked)))
    expect(evaluated.val).toEqual(after.val)
  })

  it('a search ends with a faithful network, and goes by fidelity throughout', async () => {
    const asked = [
      '--budget',
      'macs=50%',
      '--trials',
      '4',
      '--finalists',
      '1',
      '--epochs',
      '1',
      '--run',
      'run',
    ]
    const text = await done('search', lenet, '--data', 'unlabelled.npy', ...asked, ...training)
    const { best } = z.object({ best: z.object({ val: score, test: score }) }).parse(JSON.parse(text))
    expect(best.val.fidelity).toBeGreaterThan(0.9)
    expect(best.val.top1).toBeUndefined()
    const shown = await done('show', 'run')
    expect(shown).toMatch(/val fidelity \(n = 60\).*100\.00 %/)
  })

  it('a quantised network is scored, and layers go back to float, by fidelity', async () => {
    const asked = ['--weight-bits', '2', '--activation-bits', 'float', '--fallback', '5', '--json']
    const text = await done('quantize', lenet, '--data', 'unlabelled.npy', '--out', 'q.onnx', ...asked)
    const { quantized } = z.object({ quantized: z.object({ val: score }) }).parse(JSON.parse(text))
    expect(quantized.val.fidelity).toBeGreaterThanOrEqual(0.95)
  })

  it.each([
    [['evaluate', lenet], /^pare: the fidelity of a model is to another: pass --original$/m],
    [
      ['finetune', lenet, '--out', 'f.onnx'],
      /^pare: the data have no labels to learn from: pass the original as --teacher$/m,
    ],
    [
      ['evaluate', lenet, '--metric', 'top1'],
      /^pare: .*--metric top1: the data have no labels for output \S+, expected one of fidelity, loss, mse, iou$/m,
    ],
  ])('what cannot be is told in one line: %j', async (args, message) => {
    const { code, stdout, stderr } = await pare([...args, '--data', 'unlabelled.npy'], folder)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })
})

it('masks are learned place by place, and scored by their IoU', async () => {
  const asked = ['--data', 'masks.npz', '--epochs', '3', '--out', 'masks.onnx', ...training]
  const { before, after } = trained.parse(JSON.parse(await done('finetune', zoo('unet_tiny'), ...asked)))
  expect(after.val).toMatchObject({ metric: 'iou', score: after.val.iou })
  expect(after.val.iou).toBeGreaterThan(before.val.iou! + 0.1)
})

it.each(['weights', 'uncertainty', 'mgda'])(
  'several outputs are learned together, balanced by %s',
  async balance => {
    const metric = 'output0=top1,output1=mse:0.5'
    const asked = [
      '--data',
      'heads.npz',
      '--metric',
      metric,
      '--balance',
      balance,
      '--epochs',
      '4',
      '--learning-rate',
      '0.1',
    ]
    const text = await done('finetune', zoo('two_heads'), ...asked, '--out', `${balance}.onnx`, ...training)
    const outputs = z.object({
      ...{ score: z.number(), metric: z.literal(metric) },
      outputs: z.object({ output0: score.partial(), output1: score.partial() }),
    })
    const { before, after } = z
      .object({ before: z.object({ val: outputs }), after: z.object({ val: outputs }) })
      .parse(JSON.parse(text))
    const { output0, output1 } = after.val.outputs
    expect(after.val.score).toBeCloseTo((output0.top1! + 0.5 * output1.score!) / 1.5, 9)
    expect(output1.mse).toBeLessThan(before.val.outputs.output1.mse!)
    expect(after.val.score).toBeGreaterThan(before.val.score + 0.1)
  },
)

it('shapes that do not fit are told with what was expected and found', async () => {
  const { code, stderr } = await pare(['evaluate', zoo('unet_tiny'), '--data', 'odd.npz'], folder)
  expect(code).toBe(2)
  expect(stderr).toMatch(
    /^pare: .*output output: expected scores of classes \[n,classes,16,16\] for array output, found shape \[n,2,32,32\]$/m,
  )
})
