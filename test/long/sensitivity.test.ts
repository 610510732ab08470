import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { lineMatching, pare, startPare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-sensitivity-'))
  writeSmallFashion(join(folder, 'data'), { train: 300, val: 200, test: 100 })
})

afterAll(() => rmSync(folder, { recursive: true }))

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/models/${name}.onnx`, import.meta.url))
const lenet = [fixture('lenet5'), '--data', 'data']

const fraction = z.number().min(0).max(1)
const scored = {
  ...{ metric: z.literal('top1'), score: fraction, top1: fraction, top5: fraction, f1: fraction },
  ...{ loss: z.number(), n: z.literal(150) },
}
const figures = {
  ...scored,
  drop: z.number(),
  dropError: z.number().min(0),
  lossRise: z.number(),
  lossRiseError: z.number().min(0),
  failed: z.null(),
}
const document = z.strictObject({
  model: z.string(),
  split: z.literal('val'),
  seed: z.literal(1),
  normalization: z.strictObject({ scale: z.number(), mean: z.array(z.number()), std: z.array(z.number()) }),
  complete: z.boolean(),
  original: z.strictObject(scored),
  probes: z.array(
    z.discriminatedUnion('what', [
      z.strictObject({
        ...{ what: z.literal('channels'), name: z.string(), channels: z.number(), of: z.number() },
        ...figures,
      }),
      z.strictObject({ what: z.literal('sparsity'), name: z.string(), kept: fraction, ...figures }),
      z.strictObject({ what: z.literal('weight-bits'), name: z.string(), bits: z.number(), ...figures }),
      z.strictObject({ what: z.literal('activation-bits'), name: z.string(), bits: z.number(), ...figures }),
    ]),
  ),
})

it('prints one JSON document and writes it; where almost all weights go, the drop stands out of the noise', async () => {
  const { code, stdout, stderr } = await pare(
    ['sensitivity', ...lenet, '--shares', '0.5,0.02', '--bits', '2', '--samples', '150', '--json'].concat(
      '--out',
      's.json',
    ),
    folder,
  )
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^(\d+ of 22 measured\n)+$/)])
  expect(readFileSync(join(folder, 's.json'), 'utf8')).toBe(stdout)
  const { complete, original, probes } = document.parse(JSON.parse(stdout))
  expect([complete, probes.length]).toEqual([true, 22])
  for (const { top1, loss, drop, lossRise } of probes) {
    expect(drop).toBeCloseTo(original.top1 - top1, 12)
    expect(lossRise).toBeCloseTo(loss - original.loss, 9)
  }
  const [first] = probes.filter(probe => probe.what === 'sparsity' && probe.kept === 0.02)
  expect(first!.drop / first!.dropError).toBeGreaterThan(3)
})

it('prints a table in the order of the layers, without control codes', async () => {
  const { code, stdout } = await pare(
    ['sensitivity', ...lenet, '--what', 'weight-bits,sparsity', '--bits', '2', '--shares', '0.02'].concat(
      '--samples',
      '100',
    ),
    folder,
  )
  expect(code).toBe(0)
  expect(stdout).not.toContain('\u001b')
  const rows = stdout.split('\n').filter(line => /zeros|bits/.test(line))
  expect(rows).toHaveLength(8)
  expect(rows[0]).toMatch(/\/0\/Conv .* 98 % zeros .* \d+\.\d\d % .* \d+\.\d\d \+- \d\.\d\d /)
  expect(rows[1]).toMatch(/weights of 2 bits/)
  expect(stdout).toMatch(/original: val accuracy \d+\.\d\d %, loss \d\.\d{4} \(n = 100\)/)
})

it('prints what was measured by then when it is interrupted', async () => {
  const { child, finished } = startPare(
    [
      'sensitivity',
      fixture('mobilenetv2'),
      '--data',
      'data',
      '--what',
      'sparsity',
      '--workers',
      '1',
      '--json',
    ],
    folder,
  )
  await lineMatching(child, /measured/)
  child.kill('SIGINT')
  const { code, stdout, stderr } = await finished
  expect([code, stderr]).toEqual([130, expect.stringMatching(/\npare: interrupted\n$/)])
  const { complete, probes } = JSON.parse(stdout)
  expect(complete).toBe(false)
  expect(probes.length).toBeGreaterThan(0)
})

it.each([
  [['--what', 'channels,colour'], /^pare: --what: .*activation-bits/],
  [['--shares', '0.5,1.5'], /^pare: --shares: expected shares between 0 and 1/],
  [['--shares', '0'], /^pare: --shares: expected shares between 0 and 1/],
  [['--shares', 'half'], /^pare: --shares: expected shares between 0 and 1/],
  [['--bits', '9'], /^pare: --bits: /],
  [['--samples', '1'], /^pare: --samples: /],
  [['--out', 'nowhere/s.json'], /^pare: --out nowhere\/s.json: there is no folder nowhere/],
  [['--out', 'old.json'], /^pare: --out old.json: exists; pass --overwrite/],
])('refuses %j in one line', async (flags, line) => {
  writeFileSync(join(folder, 'old.json'), '')
  const { code, stdout, stderr } = await pare(['sensitivity', ...lenet, ...flags], folder)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(line)
  expect(stderr.trimEnd()).not.toContain('\n')
  expect(existsSync(join(folder, 'old.json.tmp'))).toBe(false)
})
