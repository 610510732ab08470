import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { floatTensor } from '../../src/graph/tensor.js'
import type { Graph, Node } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { pare } from '../fixtures/cli.js'
import { npyBytes } from '../fixtures/npy.js'
import { normalSamples } from '../fixtures/run.js'
import { outputsOf } from '../fixtures/twin.js'
import { zipBytes } from '../fixtures/zip.js'

const folder = mkdtempSync(join(tmpdir(), 'pare-one-channel-'))
const [n, side, width] = [400, 6, 8]
const places = side * side
const x = normalSamples(randomStream(2, 0, 'one channel'), n * places)

/** Whether a place and its neighbours are positive at the mean. */
const mask = Int32Array.from({ length: n * places }, (_, i) => {
  const [sample, row, column] = [Math.floor(i / places), Math.floor((i % places) / side), i % side]
  let sum = 0
  for (let r = Math.max(0, row - 1); r <= Math.min(side - 1, row + 1); r++)
    for (let c = Math.max(0, column - 1); c <= Math.min(side - 1, column + 1); c++)
      sum += x[sample * places + r * side + c]!
  return sum > 0 ? 1 : 0
})

/** Three convolutions, the last to one channel of logits, or of probabilities. */
function net(isProbability: boolean): Graph {
  const random = randomStream(3, 0, 'one channel net')
  const weight = (...shape: number[]) => {
    const length = shape.reduce((product, size) => product * size, 1)
    const scale = Math.sqrt(2 / (length / shape[0]!))
    return floatTensor(
      shape,
      normalSamples(random, length).map(value => value * scale),
    )
  }
  const conv = (id: string, from: string, to: string, pad: number): Node => ({
    ...{ id, op: 'Conv', domain: '', inputs: [from, `w${id}`, `b${id}`], outputs: [to] },
    attributes: { pads: { kind: 'ints', value: [pad, pad, pad, pad] } },
  })
  const call = (id: string, op: string, from: string, to: string): Node => ({
    ...{ id, op, domain: '', inputs: [from], outputs: [to], attributes: {} },
  })
  return {
    ...{ name: 'one channel', irVersion: 7, opset: 13, otherOpsets: {}, metadata: {} },
    nodes: [
      conv('1', 'x', 'a', 1),
      call('r1', 'Relu', 'a', 'b'),
      conv('2', 'b', 'c', 1),
      call('r2', 'Relu', 'c', 'd'),
      conv('3', 'd', isProbability ? 'e' : 'mask', 0),
      ...(isProbability ? [call('s', 'Sigmoid', 'e', 'mask')] : []),
    ],
    initializers: new Map([
      ['w1', weight(width, 1, 3, 3)],
      ['b1', floatTensor([width], new Float32Array(width))],
      ['w2', weight(width, width, 3, 3)],
      ['b2', floatTensor([width], new Float32Array(width))],
      ['w3', weight(1, width, 1, 1)],
      ['b3', floatTensor([1], new Float32Array(1))],
    ]),
    inputs: [{ name: 'x', dtype: 'float32', shape: ['n', 1, side, side] }],
    outputs: [{ name: 'mask', dtype: 'float32', shape: ['n', 1, side, side] }],
  }
}

beforeAll(() => {
  const bytes = (values: Float32Array | Int32Array) => new Uint8Array(values.slice().buffer)
  const samples = npyBytes({ descr: '<f4', shape: [n, 1, side, side] }, bytes(x))
  const truths = {
    integers: npyBytes({ descr: '<i4', shape: [n, side, side] }, bytes(mask)),
    floats: npyBytes({ descr: '<f4', shape: [n, 1, side, side] }, bytes(Float32Array.from(mask))),
  }
  for (const [name, truth] of Object.entries(truths))
    writeFileSync(join(folder, `${name}.npz`), zipBytes({ 'x.npy': samples, 'mask.npy': truth }))
  for (const [name, isProbability] of [
    ['logits', false],
    ['probabilities', true],
  ] as const)
    writeFileSync(join(folder, `${name}.onnx`), writeOnnx(net(isProbability)))
})

afterAll(() => rmSync(folder, { recursive: true }))

const score = z.object({
  ...{ score: z.number(), loss: z.number(), n: z.number(), metric: z.string() },
  ...{ iou: z.number(), top1: z.number() },
})

async function done(...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await pare([...args, '--json'], folder)
  expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

/** Of the validation samples, counted one by one on what ONNX Runtime puts out. */
async function slowScore(file: string, threshold: number, count: number) {
  const [first, last] = [n - 2 * count, n - count]
  const { mask: found } = await outputsOf(new Uint8Array(readFileSync(resolve(folder, file))), {
    x: { data: x.slice(first * places, last * places), shape: [count, 1, side, side] },
  })
  const said = [...found!.data].map(value => (value > threshold ? 1 : 0))
  const truth = [...mask.subarray(first * places, last * places)]
  const shares = [0, 1].map(label => {
    const both = said.filter((one, i) => one === label && truth[i] === label).length
    return both / said.filter((one, i) => one === label || truth[i] === label).length
  })
  return {
    iou: (shares[0]! + shares[1]!) / 2,
    top1: said.filter((one, i) => one === truth[i]).length / said.length,
  }
}

const training = ['--backend', 'wasm', '--batch-size', '20', '--learning-rate', '0.1']

it('a teacher whose mask holds another kind of number is refused', async () => {
  const asked = ['--teacher', 'probabilities.onnx', '--data', 'integers.npz', '--out', 'no.onnx']
  const { code, stdout, stderr } = await pare(['finetune', 'logits.onnx', ...asked], folder)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/--teacher probabilities.onnx: its output ends in a sigmoid, the model's does not$/m)
})

describe.each([
  ['logits', 0],
  ['probabilities', 0.5],
] as const)('a net whose mask is one channel of %s', (name, threshold) => {
  it('is scored as by counting, whole numbers or floats', async () => {
    const evaluated = z.object({ val: score })
    const { val } = evaluated.parse(await done('evaluate', `${name}.onnx`, '--data', 'integers.npz'))
    expect(val).toMatchObject({ metric: 'iou', score: val.iou })
    const slow = await slowScore(`${name}.onnx`, threshold, val.n)
    expect([val.iou, val.top1]).toEqual([slow.iou, slow.top1].map(figure => expect.closeTo(figure, 12)))
    const asked = ['--data', 'floats.npz', '--metric', 'iou']
    expect(evaluated.parse(await done('evaluate', `${name}.onnx`, ...asked)).val).toEqual(val)
  })

  it('learns its mask', async () => {
    const asked = ['--data', 'integers.npz', '--epochs', '6', '--out', `${name}-tuned.onnx`, ...training]
    const { before, after } = z
      .object({ before: z.object({ val: score }), after: z.object({ val: score }) })
      .parse(await done('finetune', `${name}.onnx`, ...asked))
    expect(after.val.iou).toBeGreaterThan(before.val.iou + 0.2)
    expect(after.val.loss).toBeLessThan(before.val.loss)
    const slow = await slowScore(`${name}-tuned.onnx`, threshold, after.val.n)
    expect(after.val.iou).toBeCloseTo(slow.iou, 12)
  })

  it('is searched by its IoU', async () => {
    const asked = ['--budget', 'macs=60%', '--trials', '3', '--finalists', '1', '--epochs', '2']
    const run = ['--round', '1', '--workers', '1', '--run', name]
    const { best } = z
      .object({ best: z.object({ val: score, file: z.string() }) })
      .parse(
        await done('search', `${name}-tuned.onnx`, '--data', 'integers.npz', ...asked, ...run, ...training),
      )
    expect(best.val).toMatchObject({ metric: 'iou', score: best.val.iou })
    const slow = await slowScore(best.file, threshold, best.val.n)
    expect(best.val.iou).toBeCloseTo(slow.iou, 12)
    expect(best.val.iou).toBeGreaterThan(0.6)
  })
})
