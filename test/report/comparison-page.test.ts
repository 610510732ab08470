import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { comparisonFolder } from '../../src/cli/compare/folder.js'
import { readComparisonReport } from '../../src/cli/report/read-comparison.js'
import type { ComparisonReport } from '../../src/report/comparison/comparison-report.js'
import { comparisonPage } from '../../src/report/comparison-page.js'
import { type Standing, writeComparisonFolder } from '../fixtures/comparison-folder.js'
import { hostile } from '../fixtures/report-run.js'

const folder = mkdtempSync(join(tmpdir(), 'pare-comparison-page-'))
const standings: Readonly<Record<string, Standing>> = {
  ...{ 'ddpg-1': 'finished', 'greedy-1': 'finished', 'random-1': 'failed' },
  ...{ 'ddpg-2': 'finished', 'greedy-2': 'half' },
}
let scores: ReadonlyMap<string, readonly (number | null)[]>
let report: ComparisonReport

beforeAll(async () => {
  const path = join(folder, 'some')
  scores = await writeComparisonFolder(path, (agent, seed) => standings[`${agent}-${seed}`] ?? 'waiting')
  report = await readComparisonReport(comparisonFolder(path))
})

afterAll(() => rmSync(folder, { recursive: true }))

/** The rows of the table with a title, each cell as text. */
function table(html: string, title: string): readonly (readonly string[])[] {
  const from = html.indexOf(`<caption class="unseen">${title}</caption>`)
  const rows = html.slice(from, html.indexOf('</table>', from)).matchAll(/<tr>.*?<\/tr>/gs)
  return [...rows].slice(1).map(([row]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) =>
      cell
        .replace(/<[^>]*>/g, '')
        .replaceAll('\u00a0', ' ')
        .trim(),
    ),
  )
}

const bestIn = (found: readonly (number | null)[]) => Math.max(...found.filter(score => score !== null))
const inPercent = (score: number) => (score * 100).toFixed(2)

it('tells of every run what its events say', () => {
  const rows = table(comparisonPage(report, ''), 'Runs')
  expect(rows.map(([name]) => name)).toEqual([...scores.keys()])
  for (const [name = '', , , state, told, best, val, test, took] of rows) {
    const found = scores.get(name)!
    const standing = standings[name] ?? 'waiting'
    expect(told).toBe(standing === 'finished' ? '20' : `${found.length} of 20`)
    expect(best).toBe(found.length === 0 ? '-' : inPercent(bestIn(found)))
    expect([val, test]).toEqual(standing === 'finished' ? ['89.00', '87.00'] : ['-', '-'])
    // The trial after i others is told after (i + 1)^2 seconds.
    expect(took).toBe({ finished: '6 m 40 s', half: '1 m 40 s', failed: '1 m 40 s', waiting: '-' }[standing])
    const shown = {
      finished: '✓',
      half: '‖ interrupted',
      failed: '✗ failed: no room: &lt;',
      waiting: 'not begun',
    }
    expect(state).toContain(shown[standing])
  }
})

it('has the medians over the runs that have come so far, and says of how many', () => {
  const html = comparisonPage(report, '')
  const after = (name: string, n: number) => bestIn(scores.get(name)!.slice(0, n))
  const middle = (n: number) => inPercent((after('ddpg-1', n) + after('ddpg-2', n)) / 2)
  const [ddpg, greedy, random] = table(html, 'Best of the search')
  // 10, 25, 50 and 100 % of 20 trials.
  expect(ddpg!.slice(0, -1)).toEqual([
    'ddpg',
    '3',
    '40 of 60',
    ...[2, 5, 10, 20].map(n => `${middle(n)}, n = 2`),
  ])
  const ends = ['ddpg-1', 'ddpg-2'].map(name => after(name, 20)).sort((a, b) => a - b)
  expect(ddpg!.at(-1)).toBe(ends.map(inPercent).join('-'))
  expect(greedy!.slice(2, 3)).toEqual(['30 of 60'])
  expect(greedy![6]).toBe(`${inPercent(after('greedy-1', 20))}, n = 1`)
  expect(random!.slice(5)).toEqual([`${inPercent(after('random-1', 10))}, n = 1`, '-', '-'])
  expect(table(html, 'Chosen models')).toEqual([
    ['ddpg', '89.00 (89.00-89.00), n = 2', '87.00 (87.00-87.00), n = 2', '6 m 40 s, n = 2'],
    ['greedy', '89.00, n = 1', '87.00, n = 1', '6 m 40 s, n = 1'],
    ['random', '-', '-', '-'],
    ['the original', '92.50', '91.00', ''],
  ])
})

it('compares seeds that both agents have alone', () => {
  const html = comparisonPage(report, '')
  const [best] = table(html, 'Differences seed by seed')
  const difference = (bestIn(scores.get('greedy-1')!) - bestIn(scores.get('ddpg-1')!)) * 100
  const text = `${difference < 0 ? '-' : '+'}${Math.abs(difference).toFixed(2)} pt`
  expect(best).toEqual(['greedy', 'best val of the search', '1', text, '1.000', `1: ${text}`])
  expect(html).toContain('With a single seed p cannot fall below 1.')
})

it('shows names as text, the facts, and that it is not over', () => {
  const html = comparisonPage(report, '')
  expect([html.includes('<img'), html.match(/<script/g)?.length]).toEqual([false, 2])
  for (const fact of ['20 a run, 80 of 180 done', '3 of 9 finished', 'ddpg, greedy, random', 'not over yet'])
    expect(html.includes(fact)).toBe(true)
  expect(html.includes('under way')).toBe(false)
  expect(comparisonPage({ ...report, isWorkedOn: true }, '').includes('… under way')).toBe(true)
})

it('has another score than accuracy by its name', () => {
  const val = { ...report.original!.scores.val!, metric: 'f1' }
  const html = comparisonPage({ ...report, original: { ...report.original!, scores: { val } } }, '')
  expect(html.includes('Best val f1 by evaluations')).toBe(true)
  expect(html.includes('validation accuracy')).toBe(false)
})

it('is a page without curves before the first run is begun, and says so when all are over', async () => {
  const path = join(folder, 'none')
  await writeComparisonFolder(path, () => 'waiting')
  const html = comparisonPage(await readComparisonReport(comparisonFolder(path)), '')
  expect(table(html, 'Runs').every(row => row[3] === 'not begun')).toBe(true)
  expect([html.includes('id="curves"'), html.includes('id="paired"')]).toEqual([false, false])
  const runs = report.runs.map(run => ({ ...run, state: 'finished' }) as const)
  const over = comparisonPage({ ...report, runs }, '')
  expect([over.includes('✓ finished</span>'), over.includes('class="notice">Not all')]).toEqual([true, false])
  expect(over.includes(hostile)).toBe(false)
})
