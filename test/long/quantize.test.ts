import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { readTfjs } from '../../src/formats/tfjs/read.js'
import { floats } from '../../src/graph/tensor.js'
import { pare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'
import { loadModel, modelBytes } from '../fixtures/models.js'
import { optimizedOperators } from '../fixtures/optimized.js'

let folder: string

const lenet = fileURLToPath(new URL('../fixtures/models/lenet5.onnx', import.meta.url))
const quantize = (out: string, ...more: string[]) =>
  pare(['quantize', lenet, '--data', 'data', '--out', out, ...more], folder)
/** Without the time that compensating takes, where rounding is not the matter. */
const quantizePlainly = (out: string, ...more: string[]) => quantize(out, '--rounding', 'nearest', ...more)
const load = (name: string) => readOnnx(readFileSync(join(folder, name)))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-quantize-'))
  writeSmallFashion(join(folder, 'data'), { train: 300, val: 200, test: 100 })
  await quantize('int8.onnx')
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('pare quantize', () => {
  it('B01: tells what was measured of both models: accuracy, true bytes, latencies', async () => {
    const { code, stdout, stderr } = await quantize('again.onnx', '--json')
    expect([code, stderr]).toEqual([0, ''])
    const found = JSON.parse(stdout)
    expect(found.quantized.bytes).toBe(statSync(join(folder, 'again.onnx')).size)
    expect(found.original.bytes).toBe(modelBytes('lenet5').byteLength)
    expect(found.quantized.bytes).toBeLessThan(0.27 * found.original.bytes)
    expect(Math.abs(found.quantized.val.top1 - found.original.val.top1)).toBeLessThan(0.03)
    for (const { val, latencyMs } of [found.original, found.quantized]) {
      expect([val.n, latencyMs.n]).toEqual([200, 200])
      expect(latencyMs.p10).toBeLessThanOrEqual(latencyMs.median)
      expect(latencyMs.median).toBeLessThanOrEqual(latencyMs.p90)
    }
    const slower = found.quantized.latencyMs.median >= found.original.latencyMs.median
    expect(found.notes.some((note: string) => note.includes('not faster'))).toBe(slower)
    expect(found.layers.map(({ node }: { node: string }) => node)).toEqual([
      '/0/Conv',
      '/3/Conv',
      '/7/Gemm',
      '/9/Gemm',
    ])
    expect(found.layers[0]).toMatchObject({ weightBits: 8, activationBits: 8, clipped: 0, weightBytes: 500 })
    expect(found.layers[0].weightSnr).toBeGreaterThan(35)
    // Equal runs write equal files.
    expect(readFileSync(join(folder, 'again.onnx'))).toEqual(readFileSync(join(folder, 'int8.onnx')))
  })

  it('writes what runs on integers, and what other commands take', async () => {
    const counts = await optimizedOperators(readFileSync(join(folder, 'int8.onnx')))
    expect([counts.get('QLinearConv'), counts.get('QGemm')]).toEqual([2, 2])
    const inspected = JSON.parse((await pare(['inspect', 'int8.onnx', '--json'], folder)).stdout)
    expect([inspected.macs, inspected.params, inspected.groups.length]).toEqual([2_293_000, 431_080, 3])
    const evaluated = JSON.parse(
      (await pare(['evaluate', 'int8.onnx', '--data', 'data', '--json'], folder)).stdout,
    )
    expect(evaluated).toMatchObject({ macs: 2_293_000, params: 431_080 })
    expect(evaluated.val.top1).toBeGreaterThan(0.8)
    const half = await pare(
      ['compress', 'int8.onnx', '--keep', '0.5', '--data', 'data', '--out', 'half.onnx'],
      folder,
    )
    expect([half.code, half.stderr]).toEqual([0, ''])
    const second = await pare(['quantize', 'half.onnx', '--data', 'data', '--out', 'half8.onnx'], folder)
    expect([second.code, second.stderr]).toEqual([0, ''])
    expect(statSync(join(folder, 'half8.onnx')).size).toBeLessThan(
      statSync(join(folder, 'int8.onnx')).size / 2,
    )
  })

  it('says what bits a file cannot hold, and stores 4 in 4', async () => {
    const three = await quantizePlainly('w3.onnx', '--weight-bits', '3')
    expect(three.stdout).toMatch(/stores weights of up to 4 bits in 4, .*take 215,250 bytes, .* 161,438/)
    const six = JSON.parse((await quantizePlainly('w6.onnx', '--weight-bits', '6', '--json')).stdout)
    expect(six.notes[0]).toMatch(/take 430,500 bytes, packed to their bits they would take 322,875/)
    expect(statSync(join(folder, 'w3.onnx')).size).toBeLessThan(0.55 * six.quantized.bytes)
  })

  it('rounds so that it makes up for itself, or to nearest, and says which', async () => {
    const args = ['--weight-bits', '2', '--activation-bits', 'float', '--json']
    const made = JSON.parse((await quantize('made-up.onnx', ...args)).stdout)
    const plain = JSON.parse((await quantize('nearest.onnx', ...args, '--rounding', 'nearest')).stdout)
    expect([made.rounding, plain.rounding]).toEqual(['compensated', 'nearest'])
    expect(made.quantized.val.loss).toBeLessThan(0.8 * plain.quantized.val.loss)
    expect(made.layers.map((layer: { weightSnr: number }) => layer.weightSnr)).toEqual(
      plain.layers.map(({ weightSnr }: { weightSnr: number }) => expect.toSatisfy(snr => snr < weightSnr)),
    )
  })

  it('B16: leaves layers float by their names in the input file, and says why', async () => {
    const { stdout } = await quantizePlainly('part.onnx', '--float', '/3/Conv', '/9/Gemm')
    expect(stdout).toContain('float: /3/Conv (as asked)')
    const graph = load('part.onnx')
    const weight = (id: string) => graph.nodes.find(node => node.id === id)!.inputs[1]!
    expect(floats(graph.initializers.get(weight('/3/Conv'))!)).toEqual(
      floats(loadModel('lenet5').initializers.get(weight('/3/Conv'))!),
    )
    expect(graph.initializers.has(weight('/7/Gemm'))).toBe(false)
  })

  it('takes bits by layer from a policy', async () => {
    const decided = {
      keep: {},
      weightBits: { '/0/Conv': 8, '/3/Conv': 2, '/7/Gemm': 4 },
      activationBits: { '/3/Conv': 8, '/7/Gemm': 6, '/9/Gemm': 8 },
    }
    writeFileSync(join(folder, 'bits.json'), JSON.stringify(decided))
    const { layers, float } = JSON.parse(
      (await quantizePlainly('policy.onnx', '--policy', 'bits.json', '--json')).stdout,
    )
    const found = layers.map((layer: Record<string, unknown>) => [layer.weightBits, layer.activationBits])
    expect(found).toEqual([
      [8, null],
      [2, 8],
      [4, 6],
      [null, 8],
    ])
    expect(float).toEqual([{ node: '/9/Gemm', reason: 'the policy leaves its weight float' }])
  })

  it('gives layers back to float until accuracy holds', async () => {
    const bad = JSON.parse((await quantizePlainly('bad.onnx', '--bits', '2', '--json')).stdout)
    expect(bad.quantized.val.top1).toBeLessThan(bad.original.val.top1 - 0.03)
    const { original, quantized, float } = JSON.parse(
      (await quantizePlainly('good.onnx', '--bits', '2', '--fallback', '3', '--json')).stdout,
    )
    expect(quantized.val.top1).toBeGreaterThanOrEqual(original.val.top1 - 0.03)
    expect(float[0].reason).toMatch(/^for accuracy: quantised alone it changes val loss by \d/)
  })

  it('B02: writes TF.js weights of a byte, and claims no speed', async () => {
    for (const [bits, share] of [
      ['8', 0.26],
      ['float16', 0.51],
      ['16', 0.51],
    ] as const) {
      const { code, stdout } = await quantize(
        `t${bits}/model.json`,
        '--format',
        'tfjs',
        '--weight-bits',
        bits,
      )
      expect([code, stdout]).toEqual([2, ''])
      const made = await quantize(`t${bits}`, '--format', 'tfjs', '--weight-bits', bits, '--json')
      expect([made.code, made.stderr]).toEqual([0, ''])
      const { original, quantized, notes } = JSON.parse(made.stdout)
      expect(notes[0]).toMatch(/^smaller file, same compute/)
      expect(made.stdout).not.toContain('latency')
      expect(quantized.bytes).toBeLessThan(share * original.bytes)
      expect(Math.abs(quantized.val.top1 - original.val.top1)).toBeLessThan(0.02)
      expect((await readTfjs(join(folder, `t${bits}/model.json`))).nodes.length).toBeGreaterThan(5)
    }
  })
})

describe('bad input of pare quantize', () => {
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content)
    return name
  }

  it.each<[string, () => string[], RegExp]>([
    ['an unknown layer', () => ['--float', '/3/Cnv'], /the model has no layer \/3\/Cnv \(nearest: \/3\/Conv/],
    ['too many bits', () => ['--bits', '9'], /--bits: /],
    ['16 bits for ONNX', () => ['--weight-bits', '16'], /only TF\.js stores weights so/],
    ['float16 for ONNX', () => ['--weight-bits', 'float16'], /only TF\.js stores weights so/],
    [
      'compensation for TF.js',
      () => ['--format', 'tfjs', '--rounding', 'compensated'],
      /--rounding compensated: for ONNX alone/,
    ],
    ['activations for TF.js', () => ['--format', 'tfjs', '--activation-bits', '8'], /computes in float32/],
    ['a policy that is none', () => ['--policy', file('p1.json', '{"bits": {}}')], /expected \{"weightBits"/],
    ['a policy that is no JSON', () => ['--policy', file('p2.json', 'bits')], /expected JSON/],
    [
      'a policy of values of one bit',
      () => ['--policy', file('p3.json', '{"weightBits": {"/3/Conv": 1}, "activationBits": {"/3/Conv": 1}}')],
      /p3\.json: .*activationBits\.\/3\/Conv/,
    ],
    [
      'a policy for a layer that is not there',
      () => ['--policy', file('p4.json', '{"weightBits": {"constructor": 4}}')],
      /no layer that weightBits can be given for is called constructor/,
    ],
    [
      'a policy of widths',
      () => ['--policy', file('p6.json', '{"keep": {"/0/Conv": 4}, "weightBits": {"/3/Conv": 4}}')],
      /p6\.json: pare quantize does not do what keep says; pare compress does/,
    ],
    [
      'a policy and bits',
      () => ['--policy', file('p5.json', '{"weightBits": {}}'), '--weight-bits', '4'],
      /--policy says the bits/,
    ],
  ])('%s is one line, and nothing is written', async (_, args, message) => {
    const { code, stdout, stderr } = await quantize('never.onnx'.replace('.onnx', ''), ...args())
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(existsSync(join(folder, 'never'))).toBe(false)
  })
})

describe('B05: calibration', () => {
  it('takes no more memory for more samples', async () => {
    const url = (path: string) => JSON.stringify(new URL(`../../dist/src/${path}`, import.meta.url).href)
    const script = `
      const { gatherHistograms } = await import(${url('evaluate/histograms.js')})
      const { openOnnx } = await import(${url('formats/onnx/open.js')})
      const { readFileSync } = await import('node:fs')
      const { graph } = await openOnnx(readFileSync(process.argv[1]), '.')
      const n = 512
      const train = { samples: new Float32Array(n * 784).fill(0.5), labels: new Int32Array(n), n }
      await gatherHistograms(graph, { train, sampleShape: [1, 28, 28] }, Number(process.argv[2]))
      console.log(process.resourceUsage().maxRSS)`
    const run = async (samples: number) => {
      const args = ['--input-type=module', '-e', script, lenet, String(samples)]
      return Number((await promisify(execFile)(process.execPath, args)).stdout)
    }
    const [few, many] = [await run(32), await run(512)]
    expect(many).toBeLessThan(1.1 * few)
  })
})
