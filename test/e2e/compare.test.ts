import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { pare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'
import { tableBytes } from '../fixtures/npy.js'

const model = fileURLToPath(new URL('../fixtures/models/lenet300.onnx', import.meta.url))
const sheet = fileURLToPath(new URL('../../examples/devices/cmos-45nm.yaml', import.meta.url))
const pjPerMac = 4.6
const pjPerByte = 160
let folder: string

const search = (...more: string[]) =>
  pare(
    [
      'search',
      model,
      '--data',
      'data',
      '--trials',
      '2',
      '--workers',
      '1',
      '--finalists',
      '0',
      ...more,
    ].concat(['--agent', 'random', '--backend', 'wasm', '--json']),
    folder,
  )

/** Cycles of the table: the bits of the weights times those of the values, in each of the three layers. */
const table = Array.from({ length: 3 * 64 }, (_, i) => (Math.floor((i % 64) / 8) + 1) * ((i % 8) + 1))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-compare-'))
  writeSmallFashion(join(folder, 'data'), { train: 200, val: 100, test: 100 })
  writeFileSync(join(folder, 'table.npy'), tableBytes(table))
  const imported = ['table.npy', '--device', 'simulator', '--unit', 'cycles', '--model', model]
  const done = await Promise.all([
    search('--budget', 'macs=50%', '--run', 'thin', '--round', '1'),
    search('--budget', 'macs=50%', '--run', 'likely', '--round', '1', '--metric', 'loss'),
    search('--budget', 'bitops=3%', '--run', 'few', '--decide', 'weightBits,activationBits'),
    pare(['profile', 'sheet', sheet, '--out', 'paper.profile'], folder),
    pare(['profile', 'import', ...imported, '--out', 'table.profile'], folder),
  ])
  expect(done.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true }))

const compare = (...args: string[]) => pare(['compare', ...args], folder)

/** Millijoules of a network of dense layers in float: what each multiplies, reads, writes and keeps. */
function energyOf(widths: readonly number[]): number {
  const layers = widths.slice(1).map((out, i) => [widths[i]!, out] as const)
  const picojoules = layers.map(([n, m]) => n * m * pjPerMac + 4 * (n + m + n * m) * pjPerByte)
  // The images are flattened first, which reads and writes them.
  return [...picojoules, 4 * 2 * widths[0]! * pjPerByte].reduce((sum, each) => sum + each, 0) / 1e9
}

describe('pare compare', () => {
  it('predicts what each run chose on each device, beside its original', async () => {
    const { stdout, stderr, code } = await compare(
      'thin',
      'few',
      ...['--profile', 'paper.profile', '--profile', 'table.profile', '--json'],
    )
    expect([code, stderr]).toEqual([0, ''])
    const [thin, few] = JSON.parse(stdout).runs
    const best = readOnnx(readFileSync(join(folder, 'runs/thin/best.onnx')))
    const shapes = [...best.initializers.values()]
      .map(({ shape }) => shape)
      .filter(({ length }) => length === 2)
    const [onPaper, onTable] = thin.on
    expect(onPaper).toMatchObject({ device: '45 nm CMOS, 0.9 V', unit: 'mJ', extrapolated: [] })
    expect(onPaper.original.value).toBeCloseTo(energyOf([784, 300, 100, 10]), 9)
    expect(onPaper.value).toBeCloseTo(energyOf([784, ...shapes.map(([out = 0]) => out)]), 9)
    expect(onPaper.ratio).toBeCloseTo(onPaper.value / onPaper.original.value, 12)
    // The table has no layers as thin as these, and the original in 8 bits.
    expect(onTable.original).toEqual({ value: 3 * 64, extrapolated: [] })
    expect(onTable.extrapolated.length).toBeGreaterThan(0)
    // The bits that the run chose, which its .pare file has.
    expect(few.file).toMatch(/best\.pare$/)
    const { best: chosen } = JSON.parse((await pare(['show', 'few', '--json'], folder)).stdout)
    const bits = (kind: 'weightBits' | 'activationBits') => Object.values<number>(chosen.policy[kind])
    const products = bits('weightBits').map((w, i) => w * bits('activationBits')[i]!)
    expect(few.on[1]).toMatchObject({ extrapolated: [], unit: 'cycles' })
    expect(few.on[1].value).toBe(products.reduce((sum, product) => sum + product, 0))
  })

  it('prints a table, an original once', async () => {
    const { stdout } = await compare('few', 'thin', '--profile', 'table.profile')
    expect(stdout.match(/original/g)).toHaveLength(1)
    expect(stdout).toMatch(/192 cycles/)
    expect(stdout).toMatch(/extrapolated for runs\/thin on simulator: /)
  })

  it('names what the scores are, where runs are scored alike', async () => {
    const devices = await compare('thin', 'likely', '--profile', 'table.profile')
    expect(devices.stdout).toMatch(/ score .*test \d.*test loss \d/s)
    const alike = await compare('likely', '--profile', 'table.profile', '--json')
    const { best } = JSON.parse((await pare(['show', 'likely', '--json'], folder)).stdout)
    const { metric, score, n } = best.test
    expect(JSON.parse(alike.stdout).runs[0].score).toEqual({ split: 'test', metric, score, n })
    expect(metric).toBe('loss')
  })

  it.each([
    ['runs that are scored by other metrics', ['thin', 'likely'], /another metric \(loss instead of top1\)/],
    ['a single run without a profile', ['thin'], /a single run has nothing to be compared with/],
    ['a search option beside a profile', ['thin', '--profile', 'none', '--trials', '3'], /--trials: /],
    ['a profile that is not there', ['thin', '--profile', 'none'], /none: no such device profile/],
    ['a run that is not there', ['gone', '--profile', 'table.profile'], /no run gone/],
  ])('refuses %s in one line', async (_, args, problem) => {
    const { code, stdout, stderr } = await compare(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(problem)
  })
})
