import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { readPare } from '../../src/formats/pare/read.js'
import { countMacs } from '../../src/graph/cost.js'
import { fakeQuantizeOf } from '../../src/graph/fake-quantize.js'
import { floats } from '../../src/graph/tensor.js'
import { lineMatching, pare, startPare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'
import { loadModel } from '../fixtures/models.js'

let folder: string

const lenet = fileURLToPath(new URL('../fixtures/models/lenet300.onnx', import.meta.url))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-finetune-'))
  writeSmallFashion(join(folder, 'data'), { train: 600, val: 200, test: 100 })
  await pare(['compress', lenet, '--keep', '0.1', '--round', '1', '--out', 'cut.onnx'], folder)
})

afterAll(() => rmSync(folder, { recursive: true }))

const finetune = (model: string, out: string, ...more: readonly string[]) =>
  ['finetune', model, '--data', 'data', '--out', out, '--backend', 'wasm'].concat(more)

describe('pare finetune', () => {
  it('recovers a cut net with its original as teacher, and says how', async () => {
    const args = finetune('cut.onnx', 'tuned.onnx', '--teacher', lenet, '--epochs', '3', '--json')
    const { code, stdout, stderr } = await pare(args, folder)
    expect(code).toBe(0)
    const lines = stderr.trimEnd().split('\n')
    expect(lines[0]).toBe('600 training samples, on wasm')
    expect(lines[1]).toMatch(/^start: val accuracy [\d.]+ %$/)
    expect(lines.filter(line => /^epoch \d\/3: loss [\d.]+, val accuracy [\d.]+ %/.test(line))).toHaveLength(
      3,
    )
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ distill: 'soft', optimizer: 'sgd', out: 'tuned.onnx', generations: 1 })
    expect(result.after.val.top1).toBeGreaterThan(result.before.val.top1 + 0.1)
    expect([result.before.test.n, result.after.test.n]).toEqual([100, 100])
    expect(result.history).toHaveLength(4)
    expect(result.kept.qualifies).toBe(true)
    expect(result.kept.val.top1).toBe(Math.max(...result.history.map((h: typeof result.kept) => h.val.top1)))
    // What the file scores is what the result says of it.
    const evaluated = await pare(['evaluate', 'tuned.onnx', '--data', 'data', '--json'], folder)
    expect(JSON.parse(evaluated.stdout).val).toEqual(result.after.val)
    expect(result.after.macs).toBe(countMacs(readOnnx(readFileSync(join(folder, 'cut.onnx')))))
  })

  it('learns to do with binary weights, one bit each in the file', async () => {
    const bits = ['--weight-bits', 'dense=1,/5/Gemm=8', '--teacher', lenet, '--epochs', '3']
    const { code, stdout, stderr } = await pare(finetune(lenet, 'binary.pare', ...bits, '--json'), folder)
    expect(code, stderr).toBe(0)
    const result = JSON.parse(stdout)
    expect(result.weightBits).toBe('dense=1,/5/Gemm=8')
    const [start] = result.history
    expect(result.kept.epoch).toBeGreaterThan(0)
    expect(result.after.val.top1).toBeGreaterThan(start.val.top1)
    // 784 x 300 and 300 x 100 signs, a scale for each of 400 channels, and 1,000 weights of a byte.
    const weights = (784 * 300 + 300 * 100) / 8 + 4 * 400 + 1000
    expect(result.after.bytes).toBeGreaterThan(weights)
    expect(result.after.bytes).toBeLessThan(weights + 3000)
    const graph = readPare(readFileSync(join(folder, 'binary.pare')))
    const first = graph.nodes.flatMap(node => fakeQuantizeOf(node) ?? [])[0]!
    const row = floats(graph.initializers.get(first.input)!).slice(0, 784)
    expect([first.bits, new Set(row.map(Math.abs)).size, new Set(row).size]).toEqual([1, 1, 2])
    const evaluated = await pare(['evaluate', 'binary.pare', '--data', 'data', '--json'], folder)
    expect(JSON.parse(evaluated.stdout).val).toEqual(result.after.val)
  })

  it('prints a table, from scratch, by generations that differ', async () => {
    const args = finetune('cut.onnx', 'fresh.json', '--from-scratch', '--generations', '2', '--epochs', '1')
    const { code, stdout, stderr } = await pare(
      args.concat('--optimizer', 'adamw', '--schedule', 'one-cycle', '--augment', 'crop'),
      folder,
    )
    expect(code).toBe(0)
    expect(stdout).toMatch(/val accuracy \(n = 200\)/)
    expect(stdout).toMatch(/test accuracy \(n = 100\)/)
    expect(stdout).toMatch(/fresh\.json is epoch 1 of generation [12]\n$/)
    expect(stdout + stderr).not.toContain('\u001b')
    const starts = stderr.match(/start: val accuracy .*/g)!
    expect(starts).toHaveLength(2)
    expect(existsSync(join(folder, 'fresh.json'))).toBe(true)
  })

  it('names the layers that a pattern leaves whole', async () => {
    const lenet5 = fileURLToPath(new URL('../fixtures/models/lenet5.onnx', import.meta.url))
    const { code, stderr } = await pare(
      finetune(lenet5, 'half.onnx', '--sparsity', '2:4', '--epochs', '1'),
      folder,
    )
    expect(code).toBe(0)
    expect(stderr.split('\n')[1]).toBe(`left whole: ${loadModel('lenet5').nodes[0]!.id}`)
  })

  it('keeps the best so far when it is interrupted, and exits with 130', async () => {
    const { child, finished } = startPare(finetune('cut.onnx', 'stopped.onnx', '--epochs', '100000'), folder)
    await lineMatching(child, /epoch 2\//)
    child.kill('SIGINT')
    const { code, stdout, stderr } = await finished
    expect([code, stdout]).toEqual([130, ''])
    expect(stderr).toMatch(
      /pare: interrupted; stopped\.onnx has the best so far, epoch \d+ with val accuracy [\d.]+ %\n$/,
    )
    expect((await pare(['evaluate', 'stopped.onnx', '--data', 'data'], folder)).code).toBe(0)
  })

  it('keeps the best so far when it diverges, and exits with 1', async () => {
    // Such a decay throws weights from side to side, each time further.
    const wild = ['--weight-decay', '200', '--schedule', 'constant', '--epochs', '9']
    const { code, stdout, stderr } = await pare(finetune('cut.onnx', 'diverged.onnx', ...wild), folder)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /pare: the .* is .* at step .*; diverged\.onnx has the best so far, .* with val accuracy [\d.]+ %\n$/,
    )
    expect((await pare(['evaluate', 'diverged.onnx', '--data', 'data'], folder)).code).toBe(0)
  })

  it.each<[string, number, readonly string[], RegExp]>([
    [
      'a teacher that is missed',
      2,
      ['--distill', 'hints'],
      /^pare: --distill hints: nobody teaches; pass --teacher/,
    ],
    ['an unknown change', 2, ['--augment', 'flip,spin'], /^pare: --augment: .*"flip"\|"crop"/],
    [
      'generations that learn nothing',
      2,
      ['--generations', '2', '--distill', 'none'],
      /^pare: --generations: .*forbids/,
    ],
    [
      'a pull at scales that are not there',
      2,
      ['--scale-l1', '0.1'],
      /^pare: cut\.onnx: no scales of channels/,
    ],
    [
      'a schedule of zeros that are not asked for',
      2,
      ['--sparsity-schedule', 'iterative'],
      /^pare: --sparsity-schedule: .*pass --sparsity/,
    ],
    [
      'a rate that diverges',
      1,
      ['--learning-rate', '1e30', '--epochs', '1'],
      /pare: the .* is .* at step .*lower the learning/,
    ],
  ])('refuses or ends with %s in one line, and writes nothing', async (_, expected, more, message) => {
    const { code, stdout, stderr } = await pare(finetune('cut.onnx', 'none.onnx', ...more), folder)
    expect([code, stdout]).toEqual([expected, ''])
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(message)
    expect(stderr).not.toContain('    at ')
    expect(existsSync(join(folder, 'none.onnx'))).toBe(false)
  })

  it('names the operator that cannot be trained, and whose it is', async () => {
    const graph = loadModel('lenet300')
    const nodes = graph.nodes.map(node => (node.op === 'Relu' ? { ...node, op: 'Asinh' } : node))
    writeFileSync(join(folder, 'odd.onnx'), writeOnnx({ ...graph, nodes }))
    const model = await pare(finetune('odd.onnx', 'none.onnx'), folder)
    expect([model.code, model.stdout]).toEqual([2, ''])
    expect(model.stderr).toMatch(/pare: odd\.onnx: node \S+: operator Asinh cannot be trained\n$/)
    const teacher = await pare(
      finetune('cut.onnx', 'none.onnx', '--teacher', 'odd.onnx', '--distill', 'mutual'),
      folder,
    )
    expect(teacher.code).toBe(2)
    expect(teacher.stderr).toMatch(/pare: odd\.onnx: node \S+: operator Asinh cannot be trained\n$/)
    // Soft targets need no more of a teacher than that it runs.
    const soft = await pare(
      finetune('cut.onnx', 'soft.onnx', '--teacher', 'odd.onnx', '--epochs', '1', '--json'),
      folder,
    )
    expect(soft.code).toBe(0)
  })
})
