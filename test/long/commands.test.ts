import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { countMacs } from '../../src/graph/cost.js'
import { countParams } from '../../src/graph/parameters.js'
import { floats } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { pare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'
import { loadModel, modelBytes, resnet14File } from '../fixtures/models.js'
import { maxDifference, normalSamples, runBytes } from '../fixtures/run.js'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-commands-'))
  writeSmallFashion(join(folder, 'data'), { train: 300, val: 200, test: 100 })
})

afterAll(() => rmSync(folder, { recursive: true }))

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/models/${name}.onnx`, import.meta.url))
const lenet = fixture('lenet5')
const resnet = fileURLToPath(resnet14File)
const load = (name: string) => readOnnx(readFileSync(join(folder, name)))

/** Shape of a layer's weight. */
function weightShape(graph: Graph, node: string) {
  const [, weight = ''] = graph.nodes.find(({ id }) => id === node)!.inputs
  return graph.initializers.get(weight)!.shape
}

describe('pare inspect', () => {
  it('lists layers that add up to the model, groups, and what is frozen', async () => {
    const { code, stdout, stderr } = await pare(['inspect', lenet, '--json'], folder)
    expect([code, stderr]).toEqual([0, ''])
    const found = JSON.parse(stdout)
    // 20 filters of 5x5 at 24x24 places, 50 of 20x5x5 at 8x8, 800x500, 500x10; and a bias each.
    expect(found.macs).toBe(20 * 25 * 576 + 50 * 500 * 64 + 800 * 500 + 500 * 10)
    expect(found.params).toBe(20 * 26 + 50 * 501 + 500 * 801 + 10 * 501)
    expect(found.bytes).toBe(modelBytes('lenet5').byteLength)
    // Of 431,080 parameters only the ten biases of the classes stand on no channel.
    expect(found.prunable).toBeCloseTo(431_070 / 431_080, 12)
    const sum = (key: 'macs' | 'params') =>
      found.layers.reduce((total: number, layer: Record<typeof key, number>) => total + layer[key], 0)
    expect([sum('macs'), sum('params')]).toEqual([found.macs, found.params])
    expect(found.layers[3]).toEqual({
      node: '/3/Conv',
      op: 'Conv',
      shape: [1, 50, 8, 8],
      macs: 1_600_000,
      params: 25_050,
    })
    expect(found.groups[1]).toEqual({
      name: '/3/Conv',
      size: 50,
      producers: ['/3/Conv'],
      carriers: [],
      consumers: ['/7/Gemm'],
    })
    expect(found.frozen).toEqual([
      { node: '/9/Gemm', tensor: '9.weight', channels: 10, reason: 'graph output logits' },
    ])
  })

  it('prints tables without control codes', async () => {
    const { stdout } = await pare(['inspect', fixture('mobilenetv2')], folder)
    expect(stdout).not.toContain('\u001b')
    expect(stdout).toMatch(/\/6\/body\/body\.3\/Conv .* Conv .* 1 x 96 x 7 x 7 .* 42,336 .* 960 /)
    expect(stdout).toContain('graph output logits')
    expect(stdout).toMatch(/of the parameters can be pruned, in \d+ groups/)
  })
})

describe('pare compress', () => {
  it('without data keeps a share of every layer by weights alone, and says so', async () => {
    const { code, stdout, stderr } = await pare(
      ['compress', lenet, '--keep', '0.5', '--out', 'half.onnx', '--json'],
      folder,
    )
    expect(code).toBe(0)
    expect(stderr).toMatch(/^no --data: .*nothing is repaired or measured\n$/)
    const result = JSON.parse(stdout)
    // Half of 20 and of 50 to the nearest multiple of 8 (of two equally near, the larger), half of 500 likewise.
    expect(result.policy).toEqual({ keep: { '/0/Conv': 8, '/3/Conv': 24, '/7/Gemm': 248 } })
    expect(result).toMatchObject({ criterion: 'l1', repaired: false })
    const graph = load('half.onnx')
    const bytes = readFileSync(join(folder, 'half.onnx')).byteLength
    const macs = countMacs(graph)
    expect(result.compressed).toEqual({
      macs,
      params: countParams(graph),
      bitops: macs * 32 * 32,
      bytes,
      size: bytes,
    })
    expect(weightShape(graph, '/3/Conv')).toEqual([24, 8, 5, 5])
  })

  it('with data repairs and measures', async () => {
    const { code, stdout, stderr } = await pare(
      ['compress', lenet, '--keep', '0.3', '--round', '1', '--data', 'data', '--out', 'repaired.onnx'],
      folder,
    )
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('val accuracy (n = 200)')
    const evaluated = async (file: string) =>
      JSON.parse((await pare(['evaluate', file, '--data', 'data', '--json'], folder)).stdout).val.top1
    await pare(['compress', lenet, '--keep', '0.3', '--round', '1', '--out', 'bare.onnx'], folder)
    expect(await evaluated('repaired.onnx')).toBeGreaterThan(await evaluated('bare.onnx'))
  })

  it.each(['reconstruction', 'taylor'])('takes the criterion %s', async criterion => {
    const { code, stdout } = await pare(
      ['compress', lenet, '--keep', '0.5', '--data', 'data', '--criterion', criterion, '--json'].concat(
        '--out',
        `${criterion}.onnx`,
      ),
      folder,
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout).criterion).toBe(criterion)
    expect(JSON.parse(stdout).compressed.val.top1).toBeGreaterThan(0.6)
  })

  it('makes a model that can be compressed again', async () => {
    await pare(['compress', resnet, '--keep', '0.5', '--data', 'data', '--out', 'once.onnx'], folder)
    const { code, stdout } = await pare(
      [
        'compress',
        'once.onnx',
        '--keep',
        '0.5',
        '--round',
        '1',
        '--data',
        'data',
        '--out',
        'twice.onnx',
      ].concat('--json'),
      folder,
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout).original.macs).toBe(countMacs(load('once.onnx')))
    expect(weightShape(load('twice.onnx'), '/8/body/body.0/Conv')).toEqual([16, 16, 3, 3])
    const samples = normalSamples(randomStream(1, 0, 'samples'), 2 * 784)
    const outputs = await runBytes(readFileSync(join(folder, 'twice.onnx')), samples, [2, 1, 28, 28])
    expect(outputs.every(Number.isFinite)).toBe(true)
  })

  it('drops dead channels without a trace', async () => {
    const graph = loadModel('lenet5')
    const initializers = new Map(graph.initializers)
    const dead = [1, 4, 7, 8, 15]
    for (const name of ['0.weight', '0.bias']) {
      const tensor = graph.initializers.get(name)!
      const inner = tensor.data.length / 20
      const data = floats(tensor).map((value, i) => (dead.includes(Math.floor(i / inner)) ? 0 : value))
      initializers.set(name, { ...tensor, data })
    }
    const bytes = writeOnnx({ ...graph, initializers })
    writeFileSync(join(folder, 'maimed.onnx'), bytes)
    writeFileSync(join(folder, 'fifteen.json'), '{"keep": {"/0/Conv": 15}}')
    const { code } = await pare(
      ['compress', 'maimed.onnx', '--policy', 'fifteen.json', '--criterion', 'l1', '--out', 'healthy.onnx'],
      folder,
    )
    expect(code).toBe(0)
    expect(weightShape(load('healthy.onnx'), '/0/Conv')).toEqual([15, 1, 5, 5])
    const samples = normalSamples(randomStream(2, 0, 'samples'), 10 * 784)
    const shape = [10, 1, 28, 28]
    const healthy = await runBytes(readFileSync(join(folder, 'healthy.onnx')), samples, shape)
    expect(maxDifference(healthy, await runBytes(bytes, samples, shape))).toBeLessThan(1e-4)
  })

  it('A14: pins the outputs of a layer, whose inputs may shrink', async () => {
    const args = ['compress', lenet, '--keep', '0.5', '--round', '1']
    await pare([...args, '--pin', '/3/Conv', '--out', 'pinned.onnx'], folder)
    expect(weightShape(load('pinned.onnx'), '/3/Conv')).toEqual([50, 10, 5, 5])
    expect(weightShape(load('pinned.onnx'), '/7/Gemm')).toEqual([250, 800])
  })

  it('A14: freezes a layer whole', async () => {
    const args = ['compress', lenet, '--keep', '0.5', '--round', '1']
    await pare([...args, '--freeze', '/3/Conv', '--out', 'frozen.onnx'], folder)
    expect(weightShape(load('frozen.onnx'), '/3/Conv')).toEqual([50, 20, 5, 5])
    expect(weightShape(load('frozen.onnx'), '/7/Gemm')).toEqual([250, 800])
  })

  it('pins a layer without weights by those that feed it, and all that share their channels', async () => {
    const args = ['compress', resnet, '--keep', '0.5', '--pin', '/6/Add', '/7/body/body.2/Relu']
    await pare([...args, '--out', 'stage.onnx'], folder)
    const graph = load('stage.onnx')
    expect(weightShape(graph, '/5/skip/skip.0/Conv')).toEqual([32, 8, 1, 1])
    expect(weightShape(graph, '/6/body/body.3/Conv')).toEqual([32, 16, 3, 3])
    expect(weightShape(graph, '/7/body/body.0/Conv')).toEqual([64, 32, 3, 3])
    expect(weightShape(graph, '/7/body/body.3/Conv')).toEqual([32, 64, 3, 3])
  })

  it('A12: keeps at least one channel of every layer', async () => {
    await pare(['compress', lenet, '--keep', '0.001', '--round', '1', '--out', 'one.onnx'], folder)
    expect(weightShape(load('one.onnx'), '/3/Conv')).toEqual([1, 1, 5, 5])
  })

  it('replaces a file only when told to', async () => {
    writeFileSync(join(folder, 'there.onnx'), 'mine')
    const args = ['compress', lenet, '--keep', '0.5', '--out', 'there.onnx']
    const refused = await pare(args, folder)
    expect([refused.code, readFileSync(join(folder, 'there.onnx'), 'utf8')]).toEqual([2, 'mine'])
    expect((await pare([...args, '--overwrite'], folder)).code).toBe(0)
    expect(weightShape(load('there.onnx'), '/9/Gemm')).toEqual([10, 248])
  })
})

describe('pare evaluate', () => {
  it('measures a split, cost and latency', async () => {
    const { code, stdout } = await pare(
      ['evaluate', lenet, '--data', 'data', '--split', 'test', '--json'],
      folder,
    )
    expect(code).toBe(0)
    const found = JSON.parse(stdout)
    expect(found).toMatchObject({ macs: 2_293_000, params: 431_080, bytes: modelBytes('lenet5').byteLength })
    expect(found.test.n).toBe(100)
    expect(found.test.top1).toBeGreaterThan(0.8)
    expect(found.latencyMs.p10).toBeLessThanOrEqual(found.latencyMs.median)
    expect(found.latencyMs.median).toBeLessThanOrEqual(found.latencyMs.p90)
  })

  it('prints a table', async () => {
    const { stdout } = await pare(['evaluate', lenet, '--data', 'data'], folder)
    expect(stdout).toContain('val accuracy (n = 200)')
    expect(stdout).toContain('latency, median (n = 200)')
  })
})

describe('pare search --criterion', () => {
  it('ranks by it, and keeps it in the run', async () => {
    const { code } = await pare(
      ['search', lenet, '--data', 'data', '--budget', 'macs=50%', '--trials', '2', '--workers', '1'].concat([
        '--finalists',
        '0',
        '--criterion',
        'l1',
        '--run',
        'r',
      ]),
      folder,
    )
    expect(code).toBe(0)
    // The policy of a trial is a policy file.
    const { history } = JSON.parse((await pare(['show', 'r', '--json'], folder)).stdout)
    writeFileSync(join(folder, 'trial.json'), JSON.stringify(history[0].policy))
    const compressed = await pare(
      ['compress', lenet, '--policy', 'trial.json', '--data', 'data', '--criterion', 'l1', '--json'].concat([
        '--out',
        'trial.onnx',
      ]),
      folder,
    )
    const { val, ...cost } = JSON.parse(compressed.stdout).compressed
    expect({ scores: { val }, cost }).toEqual(history[0].evaluation)
  })
})

describe('bad input', () => {
  const original = modelBytes('lenet5')
  const compress = (...more: string[]) => ['compress', lenet, '--out', 'never.onnx', ...more]
  const policy = (name: string, content: string) => {
    writeFileSync(join(folder, name), content)
    return compress('--policy', name)
  }

  it.each<[string, () => string[], RegExp]>([
    ['a missing model', () => ['inspect', 'none.onnx'], /none\.onnx: no such file/],
    [
      'a missing model to compress',
      () => ['compress', 'none.onnx', '--keep', '0.5', '--out', 'never.onnx'],
      /none\.onnx: no such file/,
    ],
    ['a missing data set', () => ['evaluate', lenet, '--data', 'nowhere'], /nowhere: no such file or folder/],
    ['no data to evaluate on', () => ['evaluate', lenet], /--data is missing/],
    ['an unknown split', () => ['evaluate', lenet, '--data', 'data', '--split', 'train'], /--split: /],
    ['neither a share nor a policy', () => compress(), /expected --keep or --policy, found neither/],
    [
      'both a share and a policy',
      () => [...policy('p0.json', '{"keep": {}}'), '--keep', '0.5'],
      /expected --keep or --policy, found both/,
    ],
    ['a share above one', () => compress('--keep', '1.5'), /--keep: /],
    ['a share of nothing', () => compress('--keep', '0'), /--keep: /],
    ['a share that is no number', () => compress('--keep', 'half'), /--keep: /],
    ['no file to write', () => ['compress', lenet, '--keep', '0.5'], /--out is missing/],
    [
      'an unknown layer to pin',
      () => compress('--keep', '0.5', '--pin', '/3/Cnv'),
      /the model has no layer \/3\/Cnv \(nearest: \/3\/Conv,/,
    ],
    [
      'an unknown layer to freeze',
      () => compress('--keep', '0.5', '--freeze', 'gemm'),
      /the model has no layer gemm \(nearest: .*Gemm/,
    ],
    ['an unknown criterion', () => compress('--keep', '0.5', '--criterion', 'magic'), /--criterion: /],
    [
      'a criterion that needs data',
      () => compress('--keep', '0.5', '--criterion', 'taylor'),
      /--criterion taylor: .*needs --data/,
    ],
    [
      'a criterion that does not apply',
      () => compress('--keep', '0.5', '--criterion', 'bn-scale'),
      /lenet5\.onnx: criterion bn-scale: no batch normalisation stands behind \/0\/Conv/,
    ],
    [
      'a search by a criterion that does not apply',
      () => ['search', lenet, '--data', 'data', '--budget', 'macs=50%', '--criterion', 'bn-scale'],
      /criterion bn-scale: no batch normalisation/,
    ],
    ['a missing policy', () => compress('--policy', 'none.json'), /none\.json: no such file/],
    ['a policy that is no JSON', () => policy('p1.json', 'keep: half'), /p1\.json: expected JSON/],
    ['a policy of another form', () => policy('p2.json', '{"/0/Conv": 3}'), /p2\.json: expected \{"keep"/],
    [
      'a policy with an unknown group',
      () => policy('p3.json', '{"keep": {"/3/Cov": 3}}'),
      /p3\.json: the model has no group \/3\/Cov \(nearest: \/3\/Conv,/,
    ],
    [
      'a policy that keeps nothing',
      () => policy('p4.json', '{"keep": {"/3/Conv": 0}}'),
      /p4\.json: .*keep\.\/3\/Conv/,
    ],
    [
      'a policy that keeps more than there is',
      () => policy('p5.json', '{"keep": {"/3/Conv": 51}}'),
      /p5\.json: group \/3\/Conv has 50 channels, the policy keeps 51/,
    ],
    [
      'the model itself as the file to write',
      () => ['compress', lenet, '--keep', '0.5', '--overwrite', '--out', lenet],
      /is the model itself/,
    ],
    [
      'a folder that does not exist',
      () => ['compress', lenet, '--keep', '0.5', '--out', join('no', 'never.onnx')],
      /there is no folder no/,
    ],
  ])('%s is one clear line and exit code 2, and nothing is written', async (_, args, message) => {
    const command = args()
    const before = readdirSync(folder)
    const { code, stdout, stderr } = await pare(command, folder)
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^pare: [^\n]*\n$/)
    expect(stdout).toBe('')
    expect(code).toBe(2)
    expect(readdirSync(folder)).toEqual(before)
    expect(existsSync(join(folder, 'never.onnx'))).toBe(false)
    expect(readFileSync(lenet).equals(original)).toBe(true)
  })
})
