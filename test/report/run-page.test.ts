import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readReport } from '../../src/cli/report/read-report.js'
import { runFolder } from '../../src/cli/runs/run-folder.js'
import type { Evaluation } from '../../src/evaluate/evaluation.js'
import { frontFigures } from '../../src/report/figures/front-figures.js'
import { bestSoFar } from '../../src/report/figures/reward-figure.js'
import { html as htmlOf } from '../../src/report/html.js'
import type { RunReport } from '../../src/report/run/run-report.js'
import { trialColumns } from '../../src/report/run/trial-columns.js'
import { runPage } from '../../src/report/run-page.js'
import { openRunReader } from '../../src/store/run-reader.js'
import { hostile, writeReportRun } from '../fixtures/report-run.js'

let folder: string
let report: RunReport

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-run-page-'))
  await writeReportRun(folder, { trials: 60 })
  const reader = await openRunReader(join(folder, 'run.sqlite'))
  report = await readReport(reader, runFolder(folder), line => {
    throw new Error(line)
  })
  await reader.close()
})

afterAll(() => rmSync(folder, { recursive: true }))

const page = (change: Partial<RunReport>) => runPage({ ...report, ...change }, '')

it('draws the front that comparing all with all finds', () => {
  const points = report.known.map(({ trial, newest }) => ({
    trial,
    cost: newest.cost.macs,
    score: newest.scores.val!.score,
  }))
  const front = points.filter(
    ({ cost, score }) =>
      !points.some(
        other => other.cost <= cost && other.score >= score && (other.cost < cost || other.score > score),
      ),
  )
  const [figure] = frontFigures(report)
  const listed = [...figure!.table!.markup.matchAll(/<tr><th scope="row">(\d+)/g)].map(([, n]) => Number(n))
  expect(listed.toSorted((a, b) => a - b)).toEqual(front.map(({ trial }) => trial))
})

it('finds the best so far as a running maximum does', () => {
  const told = [3, 1, 3, 4, 2, 9, 9].map((y, x) => ({ x, y }))
  expect(bestSoFar(told)).toEqual([
    { x: 0, y: 3 },
    { x: 3, y: 4 },
    { x: 5, y: 9 },
  ])
})

it('lists every trial with what is stored of it', () => {
  const columns = trialColumns(report)!
  const column = (title: string) => columns.numbers.find(one => one.title === title)?.values
  expect(column('MACs')).toEqual(report.records.map(({ evaluation }) => evaluation?.cost.macs ?? null))
  expect(Object.keys(columns.reasons).map(Number)).toEqual([9, 19, 29, 39, 49, 59])
  const first = Object.values(report.records[0]!.policy.keep)
  expect(columns.decisions.slice(1, 1 + first.length).map(({ values }) => values[0])).toEqual(first)
})

it('leaves decisions out where there are too many, and the rest in', () => {
  const many = Array.from({ length: 60_000 }, (_, number) => ({ ...report.records[0]!, number }))
  const columns = trialColumns({ ...report, records: many, known: [] })!
  expect([columns.decisions.length, columns.states.length]).toEqual([0, 60_000])
})

it('says of a score that may fall by so much whether it did', () => {
  const maxDrop = { limit: 0.5, minimize: 'params' } as const
  const at = (score: number) => {
    const val = { ...report.original!.scores.val!, score }
    const result = { ...report.result!, report: { ...report.result!.report, scores: { val } } }
    return page({ definition: { ...report.definition, budgets: [], maxDrop }, result })
  }
  const original = report.original!.scores.val!.score
  expect(at(original - 0.004)).toContain('✓ met')
  expect(at(original - 0.006)).toContain('✗ NOT met')
})

it('names another metric than accuracy, without an error that is not known', () => {
  const f1 = { metric: 'f1', score: 0.75, f1: 0.75, loss: 1, n: 100 }
  const original = { ...report.original!, scores: { val: f1 } }
  const result = { ...report.result!, report: { ...report.result!.report, scores: { val: f1 } } }
  const html = page({ original, result })
  expect(html).toContain('val F1 (n = 100)')
  expect(html).not.toContain('75.00\u00a0% ±')
})

it('tells of each of several outputs, and of no error that is not known', () => {
  const metric = 'a=top1,b=mse:0.5'
  const [a, b] = [`a ${hostile}`, `b ${hostile}`]
  const scored = (evaluation: Evaluation, top1: number, mse: number): Evaluation => {
    const numbers = 1 / (1 + mse)
    const outputs = {
      [a]: { score: top1, top1, loss: 1 - top1 },
      [b]: { score: numbers, mse, loss: mse },
    }
    const score = (top1 + numbers / 2) / 1.5
    return { ...evaluation, scores: { val: { metric, score, loss: 1, n: 100, outputs } } }
  }
  const model = { ...report.original!, ...scored(report.original!, 0.9, 3) }
  const change = {
    ...{ original: model, points: [] },
    result: { ...report.result!, report: { ...model, ...scored(model, 0.8, 4) } },
    records: report.records.map(record => ({
      ...record,
      evaluation: record.evaluation && scored(record.evaluation, 1 / (1 + record.number), record.number),
    })),
    finalists: report.finalists.map(one => ({ ...one, after: one.after && scored(one.after, 0.7, 1 / 3) })),
  }
  const html = page(change)
  expect([html.includes('±'), html.includes('<img')]).toEqual([false, false])
  const escaped = (text: string) => htmlOf`${text}`.markup
  const rows = [...html.matchAll(/<tr><th scope="row">(.*?)<\/th>(.*?)<\/tr>/gs)].map(
    ([, head, cells = '']) => [
      head,
      ...(cells.match(/(?<=>)[^<]+(?=<)/g) ?? []).map(cell => cell.replaceAll('\u00a0', ' ')),
    ],
  )
  for (const row of [
    [`val score (${metric}) (n = 100)`, '68.33 %', '60.00 %', '-8.33 pt'],
    [`val, ${a}: accuracy`, '90.00 %', '80.00 %', '-10.00 pt'],
    [`val, ${b}: score`, '25.00 %', '20.00 %', '-5.00 pt'],
    [`val, ${b}: mean squared error`, '3.000', '4.000', '+33.3 %'],
  ])
    expect(rows).toContainEqual([escaped(row[0]!), ...row.slice(1)])
  expect(rows.filter(([head]) => head === escaped(`val, ${a}: score`))).toEqual([])
  const finalist = rows.find(([head, state]) => head === '1' && state === '◆ chosen')!
  expect(finalist.slice(2, 6)).toEqual(['90.00 %', '71.67 %', '70.00 %', '75.00 %'])
  const column = trialColumns({ ...report, ...change })!.numbers.find(({ title }) => title === `val, ${b}`)
  expect(column?.values).toEqual(
    change.records.map(({ number, evaluation }) => evaluation && Number((1 / (1 + number)).toPrecision(6))),
  )
})

it('shows the ranks of layers where one was split', () => {
  const whole = {
    ...{ name: 'a', macs: { original: 100, result: 100 }, params: { original: 10, result: 10 }, bits: null },
    rank: { original: 7, result: null },
  }
  const cells = (layers: RunReport['layers']) => {
    const [table = ''] = /<caption[^>]*>Cost of the layers.*?<\/table>/s.exec(page({ layers })) ?? []
    return [...table.matchAll(/<tr>.*?<\/tr>/gs)].map(([row]) => row.match(/(?<=>)[^<]*(?=<\/t[hd]>)/g))
  }
  expect(cells([whole])[0]).not.toContain('full rank')
  const split = { ...whole, name: 'b', rank: { original: 7, result: 3 } }
  const fixed = { ...whole, name: 'c', rank: { original: null, result: null } }
  const [head, ...rows] = cells([whole, split, fixed])
  expect(head!.slice(-2)).toEqual(['full rank', 'now'])
  expect(rows.map(row => row!.slice(-2))).toEqual([
    ['7', 'whole'],
    ['7', '3'],
    ['-', '-'],
  ])
})

it('tells of a run before its first trial', () => {
  const html = page({
    ...{ state: 'failed', message: 'no space left', records: [], known: [], original: null, result: null },
    ...{ points: [], finalists: [], layers: [], sensitivity: null, time: null },
  })
  expect(html).toContain('✗ failed')
  expect(html).toContain('no space left')
  expect(html).toContain('No trial has been finished yet')
  expect(html).not.toContain('id="trials"')
})

it('takes no script that would end its element', () => {
  expect(() => runPage(report, 'const a = "</script>"')).toThrow('end it')
})
