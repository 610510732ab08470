import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { countMacs } from '../../src/graph/cost.js'
import { floatTensor } from '../../src/graph/tensor.js'
import { lineMatching, pare, startPare } from '../fixtures/cli.js'
import { idxBytes, writeSmallFashion } from '../fixtures/idx.js'
import { loadModel } from '../fixtures/models.js'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-cli-'))
  writeSmallFashion(join(folder, 'data'), { train: 300, val: 200, test: 100 })
})

afterAll(() => rmSync(folder, { recursive: true }))

const model = fileURLToPath(new URL('../fixtures/models/lenet300.onnx', import.meta.url))
const search = (...more: string[]) => [
  'search',
  model,
  '--data',
  'data',
  '--budget',
  'macs=50%',
  '--trials',
  '6',
  '--workers',
  '1',
  '--backend',
  'wasm',
  ...more,
]

describe('a search', () => {
  it('leaves a smaller model within its budget, and says so as JSON', async () => {
    const { code, stdout, stderr } = await pare(
      search('--run', 'a', '--round', '1', '--finalists', '2', '--epochs', '1', '--json'),
      folder,
    )
    expect(stderr).not.toContain('\u001b')
    expect(code).toBe(0)
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({
      run: 'runs/a',
      state: 'finished',
      seed: 1,
      backend: 'wasm',
      trials: { finished: 6, failed: 0 },
    })
    expect(result.budget).toEqual([{ kind: 'macs', limit: 133_100, value: result.best.macs, met: true }])
    expect(result.baseline.macs).toBe(266_200)
    for (const side of [result.baseline, result.best]) {
      expect(side.val.n).toBe(200)
      expect(side.test.n).toBe(100)
      expect(side.latencyMs.n).toBe(200)
    }
    const best = readFileSync(join(folder, 'runs/a/best.onnx'))
    expect(best.byteLength).toBe(result.best.bytes)
    expect(countMacs(readOnnx(best))).toBe(result.best.macs)
    expect(readdirSync(join(folder, 'runs/a/models'))).toHaveLength(2)
  })

  it('is shown, listed, watched and exported', async () => {
    const shown = await pare(['show', 'a', '--json'], folder)
    expect(JSON.parse(shown.stdout).history).toHaveLength(6)
    expect((await pare(['show', 'a'], folder)).stdout).toContain('test accuracy (n = 100)')
    const ranked = await pare(['show', 'a', '--reward', 'accuracy-params', '--json'], folder)
    const { ranking, own } = JSON.parse(ranked.stdout)
    expect([own, ranking.length]).toEqual(['accuracy', JSON.parse(shown.stdout).trials.finished])
    for (const { reward, evaluation } of ranking)
      expect(reward).toBeCloseTo((evaluation.scores.val.top1 - 1) * Math.log(evaluation.cost.params), 9)
    expect((await pare(['show', 'a', '--reward', 'best'], folder)).code).toBe(2)
    expect((await pare(['list'], folder)).stdout).toContain('runs/a')
    expect(JSON.parse((await pare(['list', '--json'], folder)).stdout)[0].run).toBe('runs/a')
    const watched = await pare(['watch', 'a'], folder)
    expect(watched.code).toBe(0)
    expect(watched.stderr.match(/trial \d+ /g)?.length).toBeGreaterThanOrEqual(6)
    expect((await pare(['export', 'a', '--out', 'out.onnx'], folder)).code).toBe(0)
    expect(readFileSync(join(folder, 'out.onnx'))).toEqual(readFileSync(join(folder, 'runs/a/best.onnx')))
  })

  it('stops cleanly when interrupted, and goes on to the end', async () => {
    const { child, finished } = startPare(search('--run', 'i', '--finalists', '0', '--trials', '400'), folder)
    await lineMatching(child, /trial 3 /)
    child.kill('SIGINT')
    const { code, stderr } = await finished
    expect(code).toBe(130)
    expect(stderr).toContain('pare resume runs/i')
    expect(JSON.parse((await pare(['show', 'i', '--json'], folder)).stdout).state).toBe('interrupted')
  })

  it('goes on with more trials than it was begun with, and not with fewer or once the search is over', async () => {
    const run = ['--run', 'm', '--finalists', '1', '--epochs', '0', '--agent', 'random']
    const { child, finished } = startPare(search(...run, '--trials', '40'), folder)
    await lineMatching(child, /trial 3 /)
    child.kill('SIGINT')
    expect((await finished).code).toBe(130)
    const fewer = await pare(['resume', 'm', '--trials', '39'], folder)
    expect([fewer.code, fewer.stderr]).toEqual([
      2,
      expect.stringMatching(/the run has 40, and can only get more\n$/),
    ])
    const { code, stdout, stderr } = await pare(['resume', 'm', '--trials', '43', '--json'], folder)
    expect([code, stderr.includes('(43/43)')]).toEqual([0, true])
    const { finished: done, failed } = JSON.parse(stdout).trials
    expect(done + failed).toBe(43)
    const over = await pare(['resume', 'm', '--trials', '50'], folder)
    expect([over.code, over.stderr]).toEqual([2, expect.stringContaining('is finished')])
  })

  it('refuses a second owner while it runs', async () => {
    const { child, finished } = startPare(search('--run', 'o', '--finalists', '0', '--trials', '400'), folder)
    await lineMatching(child, /trial 1 /)
    const second = await pare(['resume', 'o'], folder)
    expect(second.code).toBe(2)
    expect(second.stderr).toMatch(/another process works on this run \(process \d+ on /)
    child.kill('SIGTERM')
    expect((await finished).code).toBe(130)
  })
})

describe('bad input', () => {
  const bad = (name: string, content: Uint8Array | string) => {
    writeFileSync(join(folder, name), content)
    return name
  }
  const replaceModel = (file: string) => ['search', file, '--data', 'data', '--budget', 'macs=50%']
  const replaceData = (path: string) => ['search', model, '--data', path, '--budget', 'macs=50%']

  /** A copy of the small data set with one file replaced. */
  const brokenData = (name: string, file: string, content: Uint8Array | null) => {
    const path = writeSmallFashion(join(folder, name), { train: 20, val: 10, test: 10 })
    if (content === null) rmSync(join(path, file))
    else writeFileSync(join(path, file), content)
    return name
  }

  it.each<[string, () => string[], RegExp]>([
    ['a missing model', () => replaceModel('none.onnx'), /none\.onnx: no such file/],
    [
      'a model that is text',
      () => replaceModel(bad('text.onnx', '<html>not a model</html>')),
      /text\.onnx: expected an ONNX model/,
    ],
    [
      'a model cut short',
      () => replaceModel(bad('cut.onnx', readFileSync(model).subarray(0, 5000))),
      /cut\.onnx: /,
    ],
    ['a missing data set', () => replaceData('nowhere'), /nowhere: no such file or folder/],
    ['a data folder without images', () => replaceData('.'), /expected train-images/],
    [
      'missing labels',
      () => replaceData(brokenData('d1', 'val-labels-idx1-ubyte', null)),
      /expected val images and labels/,
    ],
    [
      'a cut image file',
      () =>
        replaceData(brokenData('d2', 'train-images-idx3-ubyte', idxBytes([20, 28, 28], new Uint8Array(999)))),
      /expected 15680 bytes of data.*found 999/,
    ],
    [
      'damaged gzip',
      () => replaceData(brokenData('d3', 'train-images-idx3-ubyte', Uint8Array.of(0x1f, 0x8b, 1, 2, 3))),
      /damaged or cut/,
    ],
    [
      'images of another shape',
      () =>
        replaceData(brokenData('d4', 'val-images-idx3-ubyte', idxBytes([10, 14, 14], new Uint8Array(1960)))),
      /expected images of shape \[1,28,28\]/,
    ],
    [
      'more classes than the model knows',
      () =>
        replaceData(brokenData('d5', 'train-labels-idx1-ubyte', idxBytes([20], new Uint8Array(20).fill(11)))),
      /12 classes, the model tells only 10 apart/,
    ],
    [
      'a label count that differs',
      () => replaceData(brokenData('d6', 'test-labels-idx1-ubyte', idxBytes([9], new Uint8Array(9)))),
      /expected 10 labels/,
    ],
    [
      'an unknown budget',
      () => ['search', model, '--data', 'data', '--budget', 'joy=50%'],
      /expected one of macs, params, size, bitops, latency, energy, found joy/,
    ],
    [
      'a budget that is no number',
      () => ['search', model, '--data', 'data', '--budget', 'macs=half'],
      /expected KIND=VALUE/,
    ],
    ['no budget', () => ['search', model, '--data', 'data'], /--budget is missing/],
    ['an unknown agent', () => search('--agent', 'magic'), /--agent: /],
    ['a count that is no number', () => search('--trials', 'many'), /--trials: /],
    ['an unknown run', () => ['resume', 'never'], /no run never/],
    ['an unknown option', () => search('--fast'), /unknown option/],
    [
      'a recipe with an unknown key',
      () => [
        'search',
        '--recipe',
        bad('r.yaml', `model: ${model}\ndata: data\nbudget: macs=50%\nspeed: 9\n`),
      ],
      /unknown option speed/,
    ],
  ])('%s is one clear line and exit code 2', async (_, args, message) => {
    const { code, stdout, stderr } = await pare(args(), folder)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n {4}at /)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('a model of another input shape is refused', async () => {
    const graph = loadModel('mobilenetv1')
    const inputs = graph.inputs.map(input => ({ ...input, shape: ['batch', 1, 32, 32] }))
    const { code, stderr } = await pare(
      replaceModel(bad('shape.onnx', writeOnnx({ ...graph, inputs }))),
      folder,
    )
    expect(stderr).toMatch(/the model expects samples of shape \[1,32,32\], the data's have \[1,28,28\]/)
    expect(code).toBe(2)
  })

  it('a model no better than chance needs --force', async () => {
    const graph = loadModel('lenet300')
    const zeroed = new Map(
      [...graph.initializers].map(([name, t]) => [
        name,
        t.dtype === 'float32' ? floatTensor(t.shape, new Float32Array(t.data.length)) : t,
      ]),
    )
    const { code, stderr } = await pare(
      replaceModel(bad('chance.onnx', writeOnnx({ ...graph, initializers: zeroed }))),
      folder,
    )
    expect(stderr).toMatch(/no better than chance.*--force/)
    expect(code).toBe(2)
  })

  it('a run that exists is not overwritten', async () => {
    const { code, stderr } = await pare(search('--run', 'a'), folder)
    expect(stderr).toMatch(/run runs\/a exists/)
    expect(code).toBe(2)
  })

  it('a budget that cannot be met is exit code 3, with the smallest that can', async () => {
    const { code, stderr } = await pare(
      ['search', model, '--data', 'data', '--budget', 'macs=0.1%', '--run', 'never'],
      folder,
    )
    expect(stderr).toMatch(/the smallest reachable is macs=\d+/)
    expect(code).toBe(3)
    expect(existsSync(join(folder, 'runs/never'))).toBe(false)
  })
})
