import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ComparisonResult } from '../../src/compare/result.js'
import { pare } from '../fixtures/cli.js'
import {
  compareArgs,
  comparedModel,
  comparedRuns,
  comparedTrials,
  makeComparison,
} from '../fixtures/comparison.js'
import { writeSmallFashion } from '../fixtures/idx.js'

const other = fileURLToPath(new URL('../fixtures/models/lenet300.onnx', import.meta.url))

let folder: string

const inFolder = (...more: string[]) => pare(more, folder)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-agents-'))
  await makeComparison(folder)
}, 600_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe('a comparison of agents over seeds', () => {
  it('is one JSON document that agrees with its runs', async () => {
    const { stdout, code } = await inFolder('compare', 'whole', '--json', '--reach', '1%')
    expect(code).toBe(0)
    const result: ComparisonResult = JSON.parse(stdout)
    expect(result).toMatchObject({ comparison: 'runs/whole', finished: true })
    expect(result.groups.map(({ group, seeds }) => [group, seeds])).toEqual([
      ['ddpg', [1, 2]],
      ['random', [1, 2]],
    ])
    for (const { run, agent, seed, best, chosen, curve, reach } of result.runs) {
      const shown = JSON.parse((await inFolder('show', run, '--json')).stdout)
      expect([shown.agent, shown.seed, shown.best.val.top1]).toEqual([agent, seed, chosen?.val])
      const found = shown.history.map(
        ({ evaluation }: { evaluation: { scores: { val: { top1: number } } } }) => evaluation.scores.val.top1,
      )
      expect(curve.map(({ accuracy }) => accuracy)).toEqual(found)
      expect(best).toBe(Math.max(...found))
      expect(reach?.evaluations).toBe(1)
    }
    expect(result.paired.map(({ measure }) => measure)).toEqual(['best', 'val', 'test'])
    for (const { group, against, leastP, p } of result.paired) {
      expect([group, against, leastP]).toEqual(['random', 'ddpg', 0.5])
      expect(p).toBeGreaterThanOrEqual(0.5)
    }
  })

  it('prints tables and a chart, and writes a figure and the curves', async () => {
    const view = [
      '--against',
      'random',
      '--by',
      'time',
      '--svg',
      'out.svg',
      '--csv',
      'out.csv',
      '--reach',
      '100%',
    ]
    const { stdout, stderr, code } = await inFolder('compare', 'whole', ...view)
    expect([code, stderr]).toEqual([0, 'figure in out.svg\n'])
    expect(stdout).toContain('With 2 seeds p cannot fall below 0.5.')
    expect(stdout).toMatch(/against random/)
    expect(stdout).toMatch(/not reached/)
    expect(stdout).toMatch(/by wall time/)
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80)
    expect(readFileSync(join(folder, 'out.svg'), 'utf8')).toMatch(/^<svg /)
    const rows = readFileSync(join(folder, 'out.csv'), 'utf8').trimEnd().split('\n')
    expect(rows[0]).toBe('run,group,agent,seed,evaluations,seconds,accuracy,best')
    expect(rows).toHaveLength(1 + comparedRuns.length * comparedTrials)
  })

  it('has its runs in the list, and as runs of their own', async () => {
    const listed = JSON.parse((await inFolder('list', '--json')).stdout)
    const names = listed.map(({ run }: { run: string }) => run)
    expect(names).toEqual(expect.arrayContaining(comparedRuns.map(run => `runs/whole/${run}`)))
    const { stdout, code } = await inFolder('compare', 'runs/whole/ddpg-1', 'runs/whole/random-1')
    expect(code).toBe(0)
    expect(stdout).toContain('With a single seed p cannot fall below 1.')
    expect((await inFolder('show', 'whole')).stderr).toContain(
      'runs/whole is a comparison: pare compare whole',
    )
  })

  it('takes more seeds, and runs them alone', { timeout: 300_000 }, async () => {
    const { code, stderr, stdout } = await inFolder('compare', 'whole', '--seeds', '1-3', '--json')
    expect(code).toBe(0)
    expect(stderr.match(/begun/g)).toHaveLength(2)
    expect(JSON.parse(stdout).groups[0].seeds).toEqual([1, 2, 3])
  })

  it('refuses in one line what is not the same comparison', { timeout: 300_000 }, async () => {
    const refusals: readonly (readonly [readonly string[], RegExp])[] = [
      [
        compareArgs('--run', 'whole', '--trials', '9'),
        /runs\/whole is another comparison: --trials 6, now 9/,
      ],
      [compareArgs('--run', 'whole', '--budget', 'macs=30%'), /--budget macs=40%, now macs=/],
      [['compare', 'whole', '--seeds', '1'], /leaves out 2,3/],
      [['compare', 'whole', '--agents', 'ddpg'], /leaves out random/],
      [['compare', 'whole', '--trials', '9'], /--trials: runs\/whole has it from its start/],
      [['compare', 'whole', '--against', 'uniform'], /--against: there is no uniform/],
      [['compare', 'whole', '--reach', '918'], /--reach: expected a score/],
      [['compare', 'whole', '--svg', 'none/x.svg'], /--svg none\/x.svg: there is no folder none/],
      [compareArgs('--run', 'new', '--agents', 'ddpg,dppg'), /--agents: /],
      [compareArgs('--run', 'new', '--seeds', '1,1'), /--seeds: names a seed twice/],
      [['compare'], /name runs, a comparison, or a MODEL/],
      [['compare', 'runs/whole/ddpg-1', '--trials', '3'], /--trials: only for a MODEL/],
      [['compare', 'runs/whole/ddpg-1', 'gone'], /no run gone/],
    ]
    for (const [command, problem] of refusals) {
      const { code, stdout, stderr } = await pare(command, folder)
      expect([command.at(-1), code, stdout, stderr]).toEqual([
        command.at(-1),
        2,
        '',
        expect.stringMatching(problem),
      ])
      expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    }
    expect(existsSync(join(folder, 'runs/new'))).toBe(false)
  })

  it('refuses runs of other data or of another model', { timeout: 300_000 }, async () => {
    writeSmallFashion(join(folder, 'more'), { train: 200, val: 150, test: 100 })
    const search = (...more: string[]) =>
      inFolder(
        'search',
        ...more,
        '--budget',
        'macs=40%',
        '--trials',
        '2',
        '--finalists',
        '0',
        '--agent',
        'random',
        '--workers',
        '1',
        '--json',
      )
    expect((await search(comparedModel, '--data', 'more', '--run', 'elsewhere')).code).toBe(0)
    expect((await search(other, '--data', 'data', '--run', 'another')).code).toBe(0)
    const elsewhere = await inFolder('compare', 'runs/whole/ddpg-1', 'elsewhere')
    expect(elsewhere.code).toBe(2)
    expect(elsewhere.stderr).toMatch(
      /^pare: runs\/elsewhere cannot be compared with runs\/whole\/ddpg-1: it is of another data set \(more instead of data\)\n$/,
    )
    expect((await inFolder('compare', 'whole', 'another')).stderr).toMatch(/another model/)
    // A folder that is something else is left alone.
    writeFileSync(join(folder, 'notes.txt'), 'mine')
    copyFileSync(comparedModel, join(folder, 'model.onnx'))
    const { code, stderr } = await pare(compareArgs('--run', './data'), folder)
    expect([code, stderr]).toEqual([2, expect.stringContaining('data exists and is not a comparison')])
  })
})
