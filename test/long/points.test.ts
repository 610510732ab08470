import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { countMacs } from '../../src/graph/cost.js'
import { lineMatching, pare, startPare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-points-'))
  writeSmallFashion(join(folder, 'data'), { train: 200, val: 200, test: 100 })
})

afterAll(() => rmSync(folder, { recursive: true }))

const model = fileURLToPath(new URL('../fixtures/models/lenet5.onnx', import.meta.url))
const search = (run: string, ...more: string[]) => [
  ...['search', model, '--data', 'data', '--run', run, '--round', '1', '--finalists', '2', '--epochs', '1'],
  ...['--workers', '1', '--backend', 'wasm', ...more],
]

/** What of a run does not depend on when and where it ran. */
async function shown(run: string) {
  const { front, history, points, best } = JSON.parse((await pare(['show', run, '--json'], folder)).stdout)
  return {
    front,
    history,
    trial: best.trial,
    points: points?.map(({ file, ...point }: { file: string }) => point),
  }
}

describe('points that nest', () => {
  const nested = (run: string) =>
    search(
      run,
      '--budget',
      'macs=75%',
      '--points',
      '50%,25%',
      '--nested',
      '--trials',
      '9',
      '--agent',
      'random',
    )

  it('have a model each, whose channels are among those of the one before', async () => {
    const { code, stdout } = await pare([...nested('n'), '--json'], folder)
    expect(code).toBe(0)
    const { points, best, baseline } = JSON.parse(stdout)
    expect(points.map(({ budget }: { budget: { asked: string } }) => budget.asked)).toEqual([
      '75%',
      '50%',
      '25%',
    ])
    expect(points[0].trial).toBe(best.trial)
    const { history } = JSON.parse((await pare(['show', 'n', '--json'], folder)).stdout)
    const keeps = points.map(
      ({ trial }: { trial: number }) =>
        history.find((one: { trial: number }) => one.trial === trial).policy.keep,
    )
    for (const [i, share] of [0.75, 0.5, 0.25].entries()) {
      const { budget, value, met, before, after, file } = points[i]
      expect(met).toBe(true)
      expect(budget.limit).toBeCloseTo(share * baseline.macs, 6)
      expect(value).toBeLessThanOrEqual(budget.limit)
      expect(file.endsWith(['best.onnx', 'best-50%.onnx', 'best-25%.onnx'][i]!)).toBe(true)
      expect(countMacs(readOnnx(readFileSync(file)))).toBe(value)
      expect([before.val.n, after.val.n, after.test.n]).toEqual([200, 200, 100])
      for (const [group, count] of Object.entries<number>(keeps[i]))
        expect(count).toBeLessThanOrEqual(keeps[i - 1]?.[group] ?? Number.POSITIVE_INFINITY)
    }
    const text = (await pare(['show', 'n'], folder)).stdout
    for (const file of ['best-50%.onnx', 'best-25%.onnx']) expect(text).toContain(file)
  })

  it('go on after an interruption in the derived trials or the finals to the same end', async () => {
    for (const [run, line] of [
      ['r2', /trial 9 /],
      ['r3', /finalist 2\/3 .* done/],
    ] as const) {
      const { child, finished } = startPare(nested(run), folder)
      await lineMatching(child, line)
      child.kill('SIGKILL')
      await finished
      const { code, stderr } = await pare(['resume', run], folder)
      expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
      expect(await shown(run)).toEqual(await shown('n'))
    }
  }, 180_000)

  it('are shown as a front that no trial betters', async () => {
    const { front, history } = JSON.parse(
      (await pare(['show', 'n', '--front', 'macs', '--json'], folder)).stdout,
    )
    expect(front.length).toBeGreaterThan(0)
    const known = history.filter((one: { state: string }) => one.state === 'finished')
    for (const { costs, before, after } of front)
      for (const { evaluation } of known)
        expect(
          evaluation.scores.val.top1 > (after ?? before) && evaluation.cost.macs < costs.macs.value,
        ).toBe(false)
    expect((await pare(['show', 'n', '--front'], folder)).stdout).toContain('of original')
    const refused = await pare(['show', 'n', '--front', 'macs,weight'], folder)
    expect([refused.code, refused.stderr.trim().split('\n')]).toEqual([
      2,
      [
        'pare: --front macs,weight: expected some of macs, params, size, bitops, latency, energy, found weight',
      ],
    ])
  })
})

describe('a search that keeps the score', () => {
  const kept = (run: string, ...more: string[]) =>
    search(run, '--trials', '6', '--rungs', '4', '--minimize', 'params', '--json', ...more)

  it('takes the cheapest finalist within the drop, and goes on after a kill', async () => {
    const { code, stdout } = await pare(kept('d', '--max-drop', '5', '--agent', 'random'), folder)
    expect(code).toBe(0)
    const { maxDrop, baseline, best, budget } = JSON.parse(stdout)
    expect(budget).toEqual([])
    const drop = 100 * (baseline.val.top1 - best.val.top1)
    expect(maxDrop).toEqual({ limit: 5, value: expect.closeTo(drop, 6), met: drop <= 5, minimize: 'params' })
    expect((await pare(['show', 'd'], folder)).stdout).toMatch(/drop of the val score.*<= 5 pt/)
    const { child, finished } = startPare(kept('e', '--max-drop', '5', '--agent', 'random'), folder)
    await lineMatching(child, /trial 3 /)
    child.kill('SIGKILL')
    await finished
    expect((await pare(['resume', 'e', '--json'], folder)).code).toBe(0)
    expect(await shown('e')).toEqual(await shown('d'))
  }, 180_000)

  it('says so plainly where none keeps it', async () => {
    const { code, stdout } = await pare(
      search(
        'f',
        '--trials',
        '3',
        '--rungs',
        '0',
        '--json',
        '--max-drop',
        '0',
        '--budget',
        'macs=3%',
        '--fill',
        '0',
        '--min-keep',
        '0',
      ),
      folder,
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout).maxDrop.met).toBe(false)
    expect((await pare(['show', 'f'], folder)).stdout).toMatch(/drop of the val score.*NOT met/)
  })

  it('is refused in one line with what does not go with it, before anything is written', async () => {
    const refused = await pare(kept('g', '--max-drop', '1', '--agent', 'ip'), folder)
    expect([refused.code, refused.stderr.trim().split('\n').length]).toEqual([2, 1])
    expect(existsSync(join(folder, 'runs/g'))).toBe(false)
  })
})
