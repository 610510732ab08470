import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import type { Trial } from '../../src/search/trial.js'
import { openDatabase } from '../../src/store/database.js'
import { StoreError } from '../../src/store/failure.js'
import { type Repair, repairRun } from '../../src/store/repair.js'
import { openRunReader } from '../../src/store/run-reader.js'
import { openRunStore } from '../../src/store/sqlite-run-store.js'
import { contentsOf, toldTrial, writeStoredRun } from '../fixtures/stored-run.js'

let folder: string
let file: string
const now = new Date('2026-01-02T03:04:05Z')

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-repair-'))
  file = join(folder, 'run.sqlite')
  await writeStoredRun(file, 9)
})

afterEach(() => rmSync(folder, { recursive: true }))

async function change(sql: string): Promise<void> {
  const db = await openDatabase(file, 'write')
  await db.exec(sql)
  await db.close()
}

async function repaired(): Promise<Extract<Repair, { kind: 'repaired' }>> {
  const repair = await repairRun(file, now)
  if (repair.kind === 'whole') throw new Error('expected something to repair')
  return repair
}

/** Trials as they are looked up, without all being read. */
async function lookedUp(file: string): Promise<readonly Trial[]> {
  const reader = await openRunReader(file)
  try {
    await reader.counts()
    await reader.milestones()
    const one = await reader.trial(3)
    return [...(await reader.best(5)), ...(one === null ? [] : [one]), ...(await reader.trialsFrom(4, 3))]
  } finally {
    await reader.close()
  }
}

it('a run that is whole is left as it is', async () => {
  const before = readFileSync(file)
  expect(await repairRun(file, now)).toMatchObject({ kind: 'whole' })
  expect(readFileSync(file)).toEqual(before)
  expect(readdirSync(folder).filter(name => /damaged|salvage|repaired/.test(name))).toEqual([])
})

it.each([
  ['a figure of a trial', 'UPDATE trials SET reward = 0.99 WHERE number = 3', 'trials, number 3'],
  ['a digit in a policy', "UPDATE trials SET policy = replace(policy, '3', '2') WHERE number = 3", 'trials'],
  ['the agent', 'UPDATE checkpoint SET state = zeroblob(100)', 'checkpoint'],
  ['an event', "UPDATE events SET body = replace(body, 'step', 'stop') WHERE id = 2", 'events'],
  ['a climb', 'UPDATE climbs SET reward = 1', 'climbs'],
  ['a finalist', "UPDATE finalists SET file = 'models/other.onnx'", 'finalists'],
  ['the definition', 'UPDATE definition SET body = replace(body, \'"seed":1\', \'"seed":2\')', 'definition'],
  ['the row of a trial', 'DELETE FROM trials WHERE number = 3', 'trial 3 is missing'],
])('%s that has changed is told with the file and what to do', async (_, sql, what) => {
  await change(sql)
  await expect(contentsOf(file)).rejects.toThrow(StoreError)
  await expect(contentsOf(file)).rejects.toThrow(new RegExp(`run.sqlite: damaged .*${what}.*pare repair `))
})

it('goes back to before a lost trial, and keeps the damaged database', async () => {
  await change('DELETE FROM trials WHERE number = 6')
  const { kept, run } = await repaired()
  expect(run).toMatchObject({ again: 2, agent: 'newer than the trials', checkpoint: null })
  expect(kept).toBe(`${file}.damaged-2026-01-02T03-04-05`)
  expect(existsSync(kept)).toBe(true)
  const { trials, climbs, finalists, checkpoint } = await contentsOf(file)
  expect(trials).toEqual([0, 1, 2, 3, 4, 5].map(toldTrial))
  expect([climbs.length, finalists.length, checkpoint]).toEqual([2, 1, null])
})

it('runs a trial again whose end is damaged', async () => {
  await change('UPDATE trials SET reward = 0.99 WHERE number = 6')
  const { run } = await repaired()
  expect([run.told.length, run.running.map(({ number }) => number), run.again]).toEqual([6, [6, 7, 8], 2])
})

it('drops an agent that has begun trials which are lost', async () => {
  await change('DELETE FROM trials WHERE number = 11')
  const { run } = await repaired()
  expect([run.told.length, run.running.length, run.agent]).toEqual([
    9,
    2,
    'of trials in flight that are lost',
  ])
})

it('cannot go on without the definition, and changes nothing', async () => {
  await change('DELETE FROM definition')
  const before = readFileSync(file)
  await expect(repairRun(file, now)).rejects.toThrow('begin it again')
  expect(readFileSync(file)).toEqual(before)
})

it('is refused while another process works on the run', async () => {
  const store = await openRunStore(file, null)
  await expect(repairRun(file, now)).rejects.toThrow(`process ${process.pid}`)
  await store.close()
})

it('reads what stands in the write-ahead log of a process that died', async () => {
  const live = join(folder, 'live.sqlite')
  copyFileSync(file, live)
  const store = await openRunStore(live, null)
  await store.advance({ told: toldTrial(9), events: [] })
  // As the disk is at that moment: without the log, the trial would be missing.
  copyFileSync(live, file)
  copyFileSync(`${live}-wal`, `${file}-wal`)
  await store.close()
  const { run } = await repairRun(file, now)
  expect(run.told).toHaveLength(10)
})

it('has every commit up to where the log of a process that died is cut or changed', async () => {
  const live = join(folder, 'live.sqlite')
  copyFileSync(file, live)
  const store = await openRunStore(live, null)
  for (const number of [9, 10, 11]) await store.advance({ told: toldTrial(number) })
  const [base, log] = [readFileSync(live), readFileSync(`${live}-wal`)]
  await store.close()
  const random = randomStream(2, 0, 'log')
  const found = new Set<number>()
  for (let i = 0; i < 40; i++) {
    const at = random.below(log.length)
    const hurt = Buffer.from(i % 2 === 0 ? log.subarray(0, at) : log)
    if (i % 2 === 1) hurt[at] = hurt[at]! ^ (1 + random.below(255))
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
    writeFileSync(file, base)
    writeFileSync(`${file}-wal`, hurt)
    const { trials } = await contentsOf(file)
    const told = trials.filter(({ state }) => state.kind !== 'running')
    expect(told, `${i}: ${at}`).toEqual(told.map(({ number }) => toldTrial(number)))
    expect(told.length).toBeGreaterThanOrEqual(9)
    found.add(told.length)
    expect(await repairRun(file, now)).toMatchObject({ kind: 'whole' })
  }
  expect(found.size).toBeGreaterThan(2)
})

it('never shows or keeps a wrong figure, wherever bytes change or the file ends', async () => {
  const whole = await contentsOf(file)
  const bytes = readFileSync(file)
  const random = randomStream(1, 0, 'damage')
  let refused = 0
  let saved = 0
  for (let i = 0; i < 90; i++) {
    const at = random.below(bytes.length)
    const damaged = Buffer.from(i % 3 === 0 ? bytes.subarray(0, at) : bytes)
    const length = i % 3 === 1 ? 1 : 300
    if (i % 3 > 0)
      for (let k = at; k < Math.min(at + length, bytes.length); k++) damaged[k] = random.below(256)
    for (const name of readdirSync(folder)) rmSync(join(folder, name))
    writeFileSync(file, damaged)
    const read = await contentsOf(file).catch((error: unknown) => error)
    if (read instanceof Error) {
      expect(read).toBeInstanceOf(StoreError)
      expect(read.message).toMatch(/^\S+run\.sqlite: [^\n]+$/)
      refused++
    } else expect(read, `${i}: ${at}`).toEqual(whole)
    const looked = await lookedUp(file).catch((error: unknown) => error)
    if (looked instanceof Error) {
      expect(looked).toBeInstanceOf(StoreError)
      expect(looked.message).toMatch(/^\S+run\.sqlite: [^\n]+$/)
    } else expect(whole.trials).toEqual(expect.arrayContaining([...(looked as Trial[])]))
    const repair = await repairRun(file, now).catch((error: unknown) => error)
    if (repair instanceof Error) {
      expect(repair).toBeInstanceOf(StoreError)
      expect(repair.message).toMatch(/^\S+run\.sqlite: [^\n]+$/)
      continue
    }
    const { trials, climbs, finalists, checkpoint } = await contentsOf(file)
    const told = trials.filter(({ state }) => state.kind !== 'running')
    expect(told).toEqual(whole.trials.slice(0, told.length))
    expect(whole.climbs).toEqual(expect.arrayContaining([...climbs]))
    expect(whole.finalists).toEqual(expect.arrayContaining([...finalists]))
    if (checkpoint !== null) expect(checkpoint).toEqual(whole.checkpoint)
    if (told.length > 0) saved++
  }
  expect(refused).toBeGreaterThan(45)
  expect(saved).toBeGreaterThan(30)
})
