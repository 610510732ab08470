import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { pare } from '../fixtures/cli.js'

const model = fileURLToPath(new URL('../fixtures/models/lenet5.onnx', import.meta.url))
const data = fileURLToPath(new URL('../../examples/fashion/data', import.meta.url))
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-latency-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

const quick = ['--trials', '6', '--agent', 'random', '--finalists', '0', '--workers', '1', '--json']
const search = (...args: string[]) => pare(['search', model, '--data', data, ...quick, ...args], folder)
const profile = (...args: string[]) =>
  pare(['profile', model, '--out', 'my.profile', '--measurements', '60', ...args], folder)

const shown = z.object({
  budget: z.array(z.object({ limit: z.number(), value: z.number(), met: z.boolean(), basis: z.string() })),
  history: z.array(z.object({ evaluation: z.object({ cost: z.object({ latency: z.number() }) }) })),
})

describe('a budget of latency', () => {
  it('needs a profile, and says how to get one', async () => {
    const { code, stderr } = await search('--budget', 'latency=50%')
    expect(code).toBe(2)
    expect(stderr).toContain(`nothing is known of the device; run pare profile ${model}, or name a --profile`)
    expect((await search('--budget', 'macs=50%', '--round', 'auto')).stderr).toContain('--round auto')
    expect((await search('--budget', 'latency=5mJ')).stderr).toContain('mJ is no unit of latency')
  })

  it('is profiled once', async () => {
    const first = JSON.parse((await profile('--json')).stdout)
    expect(first.measured).toBeGreaterThan(5)
    expect(first.error).toMatchObject({ n: first.measured })
    expect(first.layers[0]).toMatchObject({ config: { ops: 'Conv+Relu', kind: 'conv' }, basis: 'fitted' })
    expect((await profile()).stdout).toMatch(
      /layer configurations known; 0 networks measured now .*\npredicted 0\.\d+ ms, with an error of/,
    )
  })

  it('is kept by every trial as predicted, and confirmed by measuring the chosen one', async () => {
    const budget = ['--budget', 'latency=70%', '--profile', 'my.profile', '--round', 'auto']
    const { code, stderr } = await search(...budget, '--run', 'fast')
    expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
    const { budget: limits, history } = shown.parse(
      JSON.parse((await pare(['show', 'fast', '--json'], folder)).stdout),
    )
    expect(history.length).toBeGreaterThan(0)
    for (const { evaluation } of history)
      expect(evaluation.cost.latency).toBeLessThanOrEqual(limits[0]!.limit)
    expect(limits).toMatchObject([{ basis: 'measured', met: limits[0]!.value <= limits[0]!.limit }])
  })

  it('that cannot be met is refused with the least that can', async () => {
    const { code, stderr } = await search('--budget', 'latency=1%', '--profile', 'my.profile')
    expect(code).toBe(3)
    expect(stderr).toMatch(
      /the budget latency=[\d.e-]+ cannot be met; the smallest reachable is latency=0\.\d+/,
    )
  })
})
