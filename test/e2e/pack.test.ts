import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPare } from '../../src/formats/pare/read.js'
import { lookupOf } from '../../src/graph/lookup.js'
import { floats, toNumbers } from '../../src/graph/tensor.js'
import { lineMatching, pare, startPare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'

const lenet = fileURLToPath(new URL('../fixtures/models/lenet300.onnx', import.meta.url))
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-pack-'))
  writeSmallFashion(join(folder, 'data'), { train: 300, val: 200, test: 100 })
})

afterAll(() => rmSync(folder, { recursive: true }))

const pack = (out: string, ...more: readonly string[]) =>
  ['pack', lenet, '--data', 'data', '--out', out, '--backend', 'wasm'].concat(more)

describe('pare pack', () => {
  it('prunes, shares and codes, and says what the file is', async () => {
    const args = pack('net.pare', '--epochs', '2', '--share-epochs', '1', '--bits', 'dense=5,/5/Gemm=6')
    const { code, stdout, stderr } = await pare(args.concat('--json'), folder)
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(
      /^1\. pruning: 90\.00 % .*\n[\s\S]*\nepoch 2\/2: [\s\S]*\n2\. sharing: [\s\S]*\nepoch 1\/1: /,
    )
    const result = JSON.parse(stdout)
    const file = join(folder, 'net.pare')
    const sizes: number[] = result.stages.map((stage: { bytes: number }) => stage.bytes)
    // Each stage takes away.
    expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => b - a))
    expect([sizes[0], sizes[3]]).toEqual([statSync(lenet).size, statSync(file).size])
    expect(result.stages[3].ratio).toBeGreaterThan(30)
    expect(Object.values<number>(result.bytes).reduce((sum, part) => sum + part)).toBe(sizes[3])
    // What the file scores is what the result says of it.
    const evaluated = await pare(['evaluate', 'net.pare', '--data', 'data', '--json'], folder)
    expect(JSON.parse(evaluated.stdout).val).toEqual(result.after.val)
    const graph = readPare(readFileSync(file))
    const lookups = graph.nodes.flatMap(node => lookupOf(node) ?? [])
    const entries = lookups.map(({ codebook }) => graph.initializers.get(codebook)!.data)
    expect(entries.map(({ length }) => length)).toEqual([32, 32, 64])
    // The first entry is the zero, after training, too.
    expect(entries.map(data => data[0])).toEqual([0, 0, 0])
    const counts = lookups.map(({ indices }) => toNumbers(graph.initializers.get(indices)!))
    const zeros = counts.map(data => data.filter(index => index === 0).length)
    const all = counts.reduce((sum, data) => sum + data.length, 0)
    expect(zeros.reduce((sum, count) => sum + count) / all).toBeCloseTo(0.9, 4)
    expect(result.layers.map(({ kept }: { kept: number }) => kept)).toEqual(
      counts.map((data, i) => 1 - zeros[i]! / data.length).map(kept => expect.closeTo(kept, 10)),
    )
  })

  it('keeps zeros of layers that stay float, and prints tables', async () => {
    const args = pack('part.pare', '--epochs', '1', '--share-epochs', '1', '--bits', '/3/Gemm=4')
    const { code, stdout, stderr } = await pare(args.concat('--max-drop', '100'), folder)
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/Huffman codes/)
    expect(stdout).toMatch(/test accuracy \(n = 100\): [\d.]+ % before, [\d.]+ % after\npart\.pare\n$/)
    const graph = readPare(readFileSync(join(folder, 'part.pare')))
    const [zeros, all] = [...graph.initializers.values()]
      .filter(({ dtype, shape }) => dtype === 'float32' && shape.length === 2)
      .map(tensor => floats(tensor))
      .map(weights => [weights.filter(w => w === 0).length, weights.length] as const)
      .reduce(([a, b], [zeros, all]) => [a + zeros, b + all], [0, 0])
    expect(zeros / all).toBeGreaterThan(0.9)
  })

  it('writes nothing when it is interrupted, and exits with 130', async () => {
    const { child, finished } = startPare(pack('stopped.pare', '--epochs', '100000'), folder)
    await lineMatching(child, /epoch 1\//)
    child.kill('SIGINT')
    const { code, stdout, stderr } = await finished
    expect([code, stdout]).toEqual([130, ''])
    expect(stderr).toMatch(/pare: interrupted; nothing is written\n$/)
    expect(readdirSync(folder).filter(name => name.startsWith('stopped'))).toEqual([])
  })

  it.each<[string, number, readonly string[], RegExp]>([
    ['bits that there are not', 2, ['--bits', 'dense=9'], /^pare: --bits: expected 1 to 8/],
    ['a layer that is not there', 2, ['--bits', 'fc=4'], /^pare: --bits: no layer .* fc/],
    ['zeros that are none', 2, ['--sparsity', '1.5'], /^pare: --sparsity: expected a share/],
    [
      'a pattern that cannot give way',
      2,
      ['--sparsity', '2:4', '--max-drop', '1'],
      /^pare: --max-drop: needs/,
    ],
    [
      'a drop that two tries exceed',
      3,
      ['--sparsity', '0.7', '--bits', '1', '--epochs', '1', '--share-epochs', '0', '--max-drop', '0'],
      /^pare: the validation score falls by [\d.]+ points, more than --max-drop 0, after 2 tries$/,
    ],
    ['a rate that diverges', 1, ['--learning-rate', '1e30', '--epochs', '1'], /^pare: the .* is .* at step/],
  ])('refuses or ends with %s in one line, and writes nothing', async (_, expected, more, message) => {
    const { code, stdout, stderr } = await pare(pack('none.pare', ...more), folder)
    expect([code, stdout], stderr).toEqual([expected, ''])
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(message)
    expect(existsSync(join(folder, 'none.pare'))).toBe(false)
  })

  it('refuses a file of another kind', async () => {
    const { code, stderr } = await pare(pack('net.onnx'), folder)
    expect([code, stderr]).toEqual([2, 'pare: --out net.onnx: expected a .pare file\n'])
  })
})
