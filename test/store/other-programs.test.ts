import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { runDefinition } from '../../src/search/definition.js'
import { openDatabase } from '../../src/store/database.js'
import { openRunReader } from '../../src/store/run-reader.js'
import { openRunStore } from '../../src/store/sqlite-run-store.js'
import {
  begunTrial,
  contentsOf,
  storedDefinition,
  toldTrial,
  writeStoredRun,
} from '../fixtures/stored-run.js'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-others-'))
  file = join(folder, 'run.sqlite')
})

afterEach(() => rmSync(folder, { recursive: true }))

describe('a run that others open too', () => {
  it('goes on while a reader holds a transaction open, which sees one moment throughout', async () => {
    await writeStoredRun(file, 2)
    const reader = await openDatabase(file, 'read')
    await reader.run('BEGIN')
    const count = () => reader.all("SELECT count(*) AS n FROM trials WHERE state <> 'running'")
    expect(await count()).toEqual([{ n: 2 }])
    const store = await openRunStore(file, null)
    await store.advance({ told: toldTrial(2), begun: [begunTrial(5)] })
    expect(await count()).toEqual([{ n: 2 }])
    await reader.run('COMMIT')
    expect(await count()).toEqual([{ n: 3 }])
    await reader.close()
    await store.close()
  })

  it('is backed up whole while it is written', async () => {
    await writeStoredRun(file, 2)
    const store = await openRunStore(file, null)
    const copy = join(folder, 'backup.sqlite')
    const writing = (async () => {
      for (let number = 2; number < 9; number++)
        await store.advance({ told: toldTrial(number), begun: [begunTrial(number + 3)] })
    })()
    const db = await openDatabase(file, 'read')
    await db.run('VACUUM INTO ?', [copy])
    await db.close()
    await writing
    await store.close()
    const { trials } = await contentsOf(copy)
    const told = trials.filter(({ state }) => state.kind !== 'running')
    expect(told.length).toBeGreaterThanOrEqual(2)
    expect(told).toEqual(told.map(({ number }) => toldTrial(number)))
    // Telling a trial and beginning another are one commit.
    expect(trials.length).toBe(Math.min(12, told.length + 3))
  })

  it('waits for a lock that another program has for a while', async () => {
    await writeStoredRun(file, 2)
    const store = await openRunStore(file, null)
    const other = await openDatabase(file, 'write')
    await other.run('BEGIN IMMEDIATE')
    let isDone = false
    const writing = store.advance({ told: toldTrial(2), begun: [begunTrial(5)] }).then(() => {
      isDone = true
    })
    // The commit has begun, for statements of a connection come one after the other.
    await other.all('SELECT count(*) FROM trials')
    expect(isDone).toBe(false)
    await other.run('ROLLBACK')
    await writing
    await other.close()
    await store.close()
    expect((await contentsOf(file)).trials[2]).toEqual(toldTrial(2))
  })

  it('lets its owner go on while a reader takes long over one moment', async () => {
    await writeStoredRun(file, 2)
    const store = await openRunStore(file, null)
    const reader = await openRunReader(file)
    const seen = await reader.atOnce(async () => {
      const before = await reader.trials()
      for (let number = 2; number < 9; number++)
        await store.advance({ told: toldTrial(number), begun: [begunTrial(number + 3)] })
      expect(await reader.trials()).toEqual(before)
      return before.length
    })
    expect((await reader.trials()).length).toBe(seen + 7)
    await reader.close()
    await store.close()
    // The last to close writes the log into the database.
    expect(existsSync(`${file}-wal`)).toBe(false)
  })

  it.each(['number', 'cached_from'])('refuses a %s that a double does not hold', async column => {
    await writeStoredRun(file, 2)
    const db = await openDatabase(file, 'write')
    await db.exec(
      `UPDATE trials SET ${column} = 9007199254740993, begun_crc = NULL, told_crc = NULL WHERE number = 0`,
    )
    await db.close()
    await expect(contentsOf(file)).rejects.toThrow(/run.sqlite: damaged \(.*pare repair/)
  })

  it('of the largest seed keeps it to the last digit', async () => {
    const seed = Number.MAX_SAFE_INTEGER
    await (await openRunStore(file, { ...storedDefinition, seed })).close()
    const reader = await openRunReader(file)
    expect(runDefinition.parse(reader.definition).seed).toBe(9007199254740991)
    await reader.close()
    expect(runDefinition.safeParse({ ...storedDefinition, seed: 2 ** 53 }).success).toBe(false)
    const draw = (seed: number) => randomStream(seed, 0, 'x').uniform()
    expect(draw(seed)).not.toBe(draw(seed - 1))
  })

  it('says that another program has it locked', async () => {
    await writeStoredRun(file, 2)
    const other = await openDatabase(file, 'write')
    await other.run('BEGIN IMMEDIATE')
    const db = await openDatabase(file, 'write')
    await db.exec('PRAGMA busy_timeout = 1')
    await expect(db.run('DELETE FROM events')).rejects.toThrow(
      `${file}: another program has it locked; close that, then try again`,
    )
    await db.close()
    await other.close()
  })

  it('is free again after its owner was killed, whatever the file of the holder says', async () => {
    await writeStoredRun(file, 2)
    const script = `
      const sqlite3 = require('sqlite3')
      const db = new sqlite3.Database(process.argv[1])
      db.run('BEGIN EXCLUSIVE', () => process.kill(process.pid, 'SIGKILL'))`
    const killed = spawnSync(process.execPath, ['-e', script, `${file}.lock`], { cwd: process.cwd() })
    expect(killed.signal).toBe('SIGKILL')
    const store = await openRunStore(file, null)
    await expect(openRunStore(file, null)).rejects.toThrow(`process ${process.pid}`)
    await store.close()
  })

  // Root may write everywhere.
  it.skipIf(process.getuid?.() === 0)('is read in a folder that cannot be written', async () => {
    await writeStoredRun(file, 2)
    const whole = await contentsOf(file)
    chmodSync(folder, 0o500)
    try {
      expect(await contentsOf(file)).toEqual(whole)
      await expect(openRunStore(file, null)).rejects.toThrow('cannot be opened or written')
    } finally {
      chmodSync(folder, 0o700)
    }
  })
})

describe('a run of an older pare', () => {
  const fixture = (version: number) =>
    fileURLToPath(new URL(`../fixtures/databases/run-${version}.sqlite`, import.meta.url))

  it.each([1, 2, 3, 4])(
    'of version %i is read as it is, and the same after it was brought up to date',
    async version => {
      copyFileSync(fixture(version), file)
      const before = await contentsOf(file)
      expect(before.trials.map(({ state }) => state.kind)).toEqual([
        'finished',
        'failed',
        'running',
        'running',
      ])
      expect(before.checkpoint).toEqual({
        trial: 1,
        state: { numbers: { step: 1 }, arrays: { w: Float32Array.from([0.5, -2]) } },
      })
      expect([before.climbs.length, before.finalists.length, before.events.length]).toEqual([
        version === 1 ? 0 : 1,
        1,
        1,
      ])
      const store = await openRunStore(file, null)
      await store.recover()
      await store.close()
      expect(await contentsOf(file)).toEqual(before)
    },
  )

  it('of any version there was has a file here', async () => {
    await writeStoredRun(file, 1)
    const db = await openDatabase(file, 'read')
    const [row] = await db.all('PRAGMA user_version')
    await db.close()
    // SQLite makes files beside what it reads.
    copyFileSync(fixture(Number(Object.values(row ?? {})[0])), file)
    await (await openRunReader(file)).close()
  })
})
