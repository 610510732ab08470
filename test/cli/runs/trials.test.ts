import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { UsageError } from '../../../src/cli/options/error.js'
import { trialsCommand } from '../../../src/cli/runs/trials.js'
import { openDatabase } from '../../../src/store/database.js'
import { START, writeRun } from '../../fixtures/run-folder.js'
import { readEvents } from '../../report/trials/read-events.js'

let folder: string
let run: string
let printed: string
const at = (name: string) => join(folder, name)

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-trials-'))
  run = at('a')
  await (await writeRun(run, true)).close()
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    printed += text
    return true
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

it('trials go to stdout, or into a file', async () => {
  await trialsCommand(run, { format: 'csv', overwrite: false })
  expect(parse(printed, { columns: true })).toHaveLength(4)
  const table = printed
  printed = ''
  await trialsCommand(run, { format: 'csv', out: at('t.csv'), overwrite: false })
  expect([printed, readFileSync(at('t.csv'), 'utf8')]).toEqual([`${at('t.csv')}\n`, table])
  printed = ''
  await trialsCommand(run, { format: 'jsonl', overwrite: false })
  expect(printed.trimEnd().split('\n')).toHaveLength(4)
})

it('a folder of TensorBoard has the trials of a run once', async () => {
  const options = { format: 'tensorboard', out: at('logs') } as const
  await trialsCommand(run, { ...options, overwrite: false })
  await trialsCommand(run, { ...options, overwrite: true })
  await expect(trialsCommand(run, { ...options, overwrite: false })).rejects.toThrow(
    /exists; pass --overwrite/,
  )
  const files = readdirSync(at('logs'))
  expect(files).toEqual([`events.out.tfevents.${Math.floor(START / 1000)}.a`])
  const [, first] = readEvents(readFileSync(join(at('logs'), files[0]!)))
  expect(first?.scalars['cost/params']).toBe(0.5)
})

it('a study of Optuna is called as the run is, with what the run says of its sites', async () => {
  const options = { format: 'optuna', out: at('study.db') } as const
  await trialsCommand(run, { ...options, overwrite: false })
  await trialsCommand(run, { ...options, overwrite: true })
  const db = await openDatabase(at('study.db'), 'read')
  expect(await db.all('SELECT study_name FROM studies')).toEqual([{ study_name: 'a' }])
  expect(await db.all("SELECT value_json FROM study_user_attributes WHERE key = 'seed'")).toEqual([
    { value_json: '1' },
  ])
  const bits = "SELECT DISTINCT distribution_json AS d FROM trial_params WHERE param_name = 'weightBits.fc1'"
  expect(await db.all(bits)).toEqual([{ d: expect.stringContaining('"high":8') }])
  await db.close()
  expect(readdirSync(folder).sort()).toEqual(['a', 'study.db'])
})

it('what cannot be written is refused', async () => {
  const overwrite = false
  await expect(trialsCommand(run, { format: 'optuna', overwrite })).rejects.toThrow(/expected --out, a file/)
  await expect(trialsCommand(run, { format: 'tensorboard', overwrite })).rejects.toThrow(/--out, a folder/)
  const nowhere = join(at('none'), 't.csv')
  await expect(trialsCommand(run, { format: 'csv', out: nowhere, overwrite })).rejects.toThrow(
    /there is no folder/,
  )
  const database = join(run, 'run.sqlite')
  await expect(trialsCommand(run, { format: 'csv', out: database, overwrite: true })).rejects.toThrow(
    UsageError,
  )
})
