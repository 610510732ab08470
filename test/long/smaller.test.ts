import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { countMacs } from '../../src/graph/cost.js'
import { countParams } from '../../src/graph/parameters.js'
import { pare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'
import { loadModel, resnet14File } from '../fixtures/models.js'
import { modelFile } from '../formats/tfjs/fixtures.js'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-smaller-'))
  writeSmallFashion(join(folder, 'data'), { train: 300, val: 200, test: 100 })
})

afterAll(() => rmSync(folder, { recursive: true }))

const lenet = fileURLToPath(new URL('../fixtures/models/lenet5.onnx', import.meta.url))
const resnet = fileURLToPath(resnet14File)
const load = (name: string) => readOnnx(readFileSync(join(folder, name)))
const ops = (name: string) => load(name).nodes.map(({ op }) => op)

async function compress(model: string, out: string, ...more: readonly string[]) {
  const { code, stdout, stderr } = await pare(['compress', model, '--out', out, '--json', ...more], folder)
  expect([code, stderr.replace(/^no --data: [^\n]*\n$/, '')]).toEqual([0, ''])
  return JSON.parse(stdout)
}

describe('pare compress', () => {
  it('splits the layers named, and says what that costs', async () => {
    const result = await compress(lenet, 'split.onnx', '--rank', '/7/Gemm=20', '/3/Conv=10')
    const graph = load('split.onnx')
    expect(graph.nodes.filter(({ op }) => op === 'Gemm' || op === 'Conv')).toHaveLength(6)
    // A rank for each of 500 rows and 800 columns, and for each of 50 and 500 at 8x8 places.
    const saved = 500 * 800 - 20 * 1300 + 64 * (50 * 500 - 10 * 550)
    expect(result.compressed.macs).toBe(countMacs(loadModel('lenet5')) - saved)
    expect([countMacs(graph), countParams(graph)]).toEqual([result.compressed.macs, result.compressed.params])
    expect(result.policy).toEqual({ keep: {}, rank: { '/7/Gemm': 20, '/3/Conv': 10 } })
  })

  it('splits every layer at a share of its cost, better where it may look at samples', async () => {
    const share = ['--rank-share', '0.7']
    const seen = await compress(resnet, 'seen.onnx', ...share, '--data', 'data')
    expect(seen.compressed.macs).toBeLessThan(0.72 * seen.original.macs)
    await compress(resnet, 'blind.onnx', ...share)
    const blind = JSON.parse(
      (await pare(['evaluate', 'blind.onnx', '--data', 'data', '--json'], folder)).stdout,
    )
    expect(blind.macs).toBe(seen.compressed.macs)
    expect(seen.compressed.val.top1).toBeGreaterThan(blind.val.top1)
  })

  it('cuts, removes a block and splits what is left', async () => {
    const result = await compress(
      resnet,
      'all.onnx',
      ...[
        '--keep',
        '0.75',
        '--rank-share',
        '0.8',
        '--split',
        'spatial',
        '--drop-block',
        '/4/Add',
        '--data',
        'data',
      ],
    )
    expect(countMacs(load('all.onnx'))).toBe(result.compressed.macs)
    expect(result.policy.blocks).toEqual({ '/4/Add': 0 })
    expect(load('all.onnx').nodes.some(({ id }) => id === '/4/Add')).toBe(false)
  })

  it('folds norms into the layers before them, unless told not to', async () => {
    const norms = (name: string) => ops(name).filter(op => op === 'BatchNormalization').length
    const convnet = modelFile('layers-convnet')
    await compress(convnet, 'kept.onnx', '--rank-share', '0.9', '--keep-norms')
    await compress(convnet, 'folded.onnx', '--fold')
    // One norm stands behind its convolution, the other behind the activation.
    expect([norms('kept.onnx'), norms('folded.onnx')]).toEqual([2, 1])
  })

  it('leaves the norms of a layers model, which is written by its layers', async () => {
    await compress(modelFile('layers-convnet'), 'layers.json', '--fold', '--format', 'tfjs-layers')
    expect(readFileSync(join(folder, 'layers.json'), 'utf8').match(/"BatchNormalization"/g)).toHaveLength(2)
  })
})

describe('pare search --decide', () => {
  it('decides ranks and blocks beside widths, within the budget, and its policies can be had at once', async () => {
    const { code, stdout, stderr } = await pare(
      ['search', resnet, '--data', 'data', '--decide', 'keep,rank,blocks', '--max-block-drop', '60'].concat([
        '--budget',
        'macs=60%',
        '--trials',
        '3',
        '--workers',
        '1',
        '--finalists',
        '0',
        '--run',
        'r',
        '--json',
      ]),
      folder,
    )
    expect([code, stderr.includes('Error')]).toEqual([0, false])
    const { best, baseline, budget } = JSON.parse(stdout)
    expect(budget[0].met).toBe(true)
    expect(best.macs).toBeLessThanOrEqual(0.6 * baseline.macs)
    expect(Object.keys(best.policy).sort()).toEqual(['blocks', 'keep', 'rank'])
    writeFileSync(join(folder, 'policy.json'), JSON.stringify(best.policy))
    const again = await compress(resnet, 'again.onnx', '--policy', 'policy.json', '--data', 'data')
    expect(again.compressed).toMatchObject({ macs: best.macs, params: best.params, val: best.val })
  })
})

describe('bad input', () => {
  const never = (model: string, ...more: string[]) => ['compress', model, '--out', 'never.onnx', ...more]
  const search = ['search', resnet, '--data', 'data', '--budget', 'macs=50%']

  it.each<[string, string[], RegExp]>([
    ['a rank without a number', never(lenet, '--rank', '/7/Gemm'), /--rank \/7\/Gemm: expected LAYER=RANK/],
    [
      'a rank of no layer',
      never(lenet, '--rank', '/7/Gem=3'),
      /no layer .* is called \/7\/Gem \(nearest: \/7\/Gemm/,
    ],
    ['a rank that saves nothing', never(lenet, '--rank', '/7/Gemm=400'), /expected a rank of 1 to 307/],
    ['a rank of nothing', never(lenet, '--rank', '/7/Gemm=0'), /expected a rank of 1 to 307/],
    ['a share of one', never(lenet, '--rank-share', '1'), /--rank-share: /],
    ['an unknown form', never(lenet, '--rank-share', '0.5', '--split', 'magic'), /--split: /],
    ['folding and more', never(lenet, '--fold', '--keep', '0.5'), /--fold: /],
    [
      'an unknown block',
      never(resnet, '--drop-block', '/4/Ad'),
      /no residual block .*\/4\/Ad \(nearest: \/4\/Add/,
    ],
    [
      'blocks of a model without',
      ['search', lenet, ...search.slice(2), '--decide', 'blocks'],
      /no residual block/,
    ],
    [
      'blocks that all matter',
      [...search, '--decide', 'blocks', '--max-block-drop', '0'],
      /each residual block alone costs more than --max-block-drop 0/,
    ],
  ])('%s is one clear line and exit code 2, and nothing is written', async (_, args, message) => {
    const before = readdirSync(folder)
    const { code, stdout, stderr } = await pare(args, folder)
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^pare: [^\n]*\n$/)
    expect([code, stdout]).toEqual([2, ''])
    expect(readdirSync(folder)).toEqual(before)
  })
})
