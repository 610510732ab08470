import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { trialsToCsv } from '../../../src/report/trials/csv.js'
import { trialsToJsonLines } from '../../../src/report/trials/json-lines.js'
import type { TrialRecord } from '../../../src/search/trial-record.js'
import { pagesOf, policyOf, recordsOfRun, START, states } from '../../fixtures/run-folder.js'

let folder: string
let records: readonly TrialRecord[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-trials-'))
  records = (await recordsOfRun(folder)).records
})

afterAll(() => rmSync(folder, { recursive: true }))

async function joined(chunks: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const chunk of chunks) text += chunk
  return text
}

it('trials are rows of a table that another reader takes apart', async () => {
  const rows: Record<string, string>[] = parse(await joined(trialsToCsv(pagesOf(records))), { columns: true })
  expect(rows).toHaveLength(states.length)
  for (const [number, row] of rows.entries()) {
    const state = states[number]!
    const finished = state.kind === 'finished' ? state : null
    const time = (ms: number) => new Date(START + 1000 * number + ms).toISOString()
    expect(row).toMatchObject({
      number: String(number),
      state: state.kind,
      reason: state.kind === 'failed' ? state.reason : '',
      reward: finished === null ? '' : String(finished.reward),
      score: finished === null ? '' : String(finished.evaluation.scores.val?.score),
      loss: finished === null ? '' : '0.3',
      chosen: number === 2 ? '1' : '0',
      begun_at: time(0),
      told_at: state.kind === 'running' ? '' : time(500),
      elapsed_ms: state.kind === 'running' ? '' : '400',
      'cost.macs': finished === null ? '' : String(finished.evaluation.cost.macs),
      'cost.bytes': finished === null ? '' : '549163',
      'rung1.steps': number === 2 ? '16' : '',
      'rung1.reward': number === 2 ? '0.9' : '',
      'final.score': ['0.91', '', '0.93', ''][number],
      'keep.conv1': String(policyOf(number).keep.conv1),
      'keep.a, "b"': '3',
      'weightBits.fc1': String(policyOf(number).weightBits?.fc1),
    })
  }
  expect(Object.keys(rows[0] ?? {}).slice(0, 3)).toEqual(['number', 'state', 'reason'])
})

it('a run of no trials is an empty table', async () => {
  const table = await joined(trialsToCsv(pagesOf([])))
  expect(parse(table, { columns: true, skip_empty_lines: true })).toEqual([])
  expect(await joined(trialsToJsonLines(pagesOf([])))).toBe('')
})

it('trials are lines of JSON that say all that is known', async () => {
  const lines = (await joined(trialsToJsonLines(pagesOf(records)))).split('\n')
  expect(lines.pop()).toBe('')
  expect(lines.map(line => JSON.parse(line))).toEqual(records)
  expect(records.map(({ policy }) => policy)).toEqual(states.map((_, number) => policyOf(number)))
})
