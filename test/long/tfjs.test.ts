import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { randomStream } from '../../src/random.js'
import { pare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'
import { normalSamples } from '../fixtures/run.js'
import { outputsOf, relativeDifference } from '../fixtures/twin.js'
import { runModel, savedModel } from '../formats/tfjs/export/loaded.js'
import { constant, graphOf } from '../tensor/graph-of.js'

let folder: string
const lenet = fileURLToPath(new URL('../fixtures/models/lenet5.onnx', import.meta.url))
const random = randomStream(61, 0, 'tfjs end to end')

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-tfjs-'))
  writeSmallFashion(join(folder, 'data'), { train: 300, val: 100, test: 100 })
})

afterAll(() => rmSync(folder, { recursive: true }))

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await pare(args, folder)
  expect(code, stderr).toBe(0)
  return stdout
}

const lossOf = async (model: string) =>
  JSON.parse(await run('evaluate', model, '--data', 'data', '--json')).val.loss

describe('a TF.js model on the command line', () => {
  it('comes out of compress, is searched, and goes out in either format', async () => {
    const shrunk = JSON.parse(
      await run(
        'compress',
        lenet,
        '--keep',
        '0.6',
        '--data',
        'data',
        '--out',
        'net',
        '--format',
        'tfjs',
        '--json',
      ),
    )
    const bytes = readdirSync(join(folder, 'net')).map(
      file => readFileSync(join(folder, 'net', file)).byteLength,
    )
    expect(shrunk).toMatchObject({ out: 'net/model.json', compressed: { bytes: bytes[0]! + bytes[1]! } })
    const inspected = JSON.parse(await run('inspect', 'net/model.json', '--json'))
    expect(inspected.bytes).toBe(bytes[0]! + bytes[1]!)
    const search = [
      '--data',
      'data',
      '--budget',
      'macs=60%',
      '--trials',
      '3',
      '--finalists',
      '0',
      '--workers',
      '1',
    ]
    const { run: name } = JSON.parse(await run('search', 'net/model.json', ...search, '--json'))
    expect(name).toBe('runs/net-1')
    await run('export', 'net-1', '--out', 'best.onnx')
    expect(await run('export', 'net-1', '--out', 'best.json')).toBe('best.json\n')
    expect(await lossOf('best.json')).toBeCloseTo(await lossOf('best.onnx'), 5)
    const best = savedModel(join(folder, 'best.json'))
    expect(best.signature).toEqual(savedModel(join(folder, 'net/model.json')).signature)
    const samples = normalSamples(random, 2 * 784)
    const onnx = readFileSync(join(folder, 'best.onnx'))
    const expected = await outputsOf(onnx, { input: { data: samples, shape: [2, 1, 28, 28] } })
    // One channel: the same numbers whichever layout.
    const found = await runModel(best, { input: { data: samples, shape: [2, 28, 28, 1] } }, 'wasm')
    expect(relativeDifference(found, expected)).toBeLessThanOrEqual(1e-4)
  })

  it('is refused before any work where TF.js has no such operator, and nothing is written', async () => {
    const dilated = { op: 'MaxPool', attributes: { kernel_shape: [2, 2], dilations: [2, 2] } }
    const graph = graphOf([1, 28, 28], [conv, dilated, { op: 'Relu' }])
    writeFileSync(join(folder, 'dilated.onnx'), writeOnnx(graph))
    const { code, stderr } = await pare(
      ['compress', 'dilated.onnx', '--keep', '0.5', '--out', 'd.json'],
      folder,
    )
    expect([code, stderr]).toEqual([
      2,
      'pare: dilated.onnx: node node1 (MaxPool): TF.js has no dilated pooling\n',
    ])
    expect(readdirSync(folder).filter(file => file.startsWith('d.') || file.startsWith('d-'))).toEqual([])
  })
})

const conv = { op: 'Conv', constants: [constant(random, 8, 1, 3, 3)] }

describe('a network without gradients', () => {
  const behind = { op: 'Conv', constants: [constant(random, 8, 8, 3, 3)] }
  const steps = [
    conv,
    { op: 'Relu' },
    behind,
    { op: 'Trilu' },
    { op: 'GlobalAveragePool' },
    { op: 'Flatten' },
  ]

  it.each([
    [['--criterion', 'taylor', '--finalists', '0'], 'choose another --criterion'],
    [[], 'pass --epochs 0 to search without fine-tuning'],
  ])('is refused by search %j before there is a run', async (options, advice) => {
    const graph = graphOf([1, 28, 28], [...steps, { op: 'Gemm', constants: [constant(random, 8, 10)] }])
    writeFileSync(join(folder, 'trilu.onnx'), writeOnnx(graph))
    const args = [
      'search',
      'trilu.onnx',
      '--data',
      'data',
      '--budget',
      'macs=50%',
      '--round',
      '1',
      ...options,
    ]
    const { code, stderr } = await pare(args, folder)
    expect([code, stderr]).toEqual([
      2,
      `pare: trilu.onnx: node node3: operator Trilu cannot be trained; ${advice}\n`,
    ])
    expect(existsSync(join(folder, 'runs/trilu-1'))).toBe(false)
  })
})
