import { existsSync } from 'node:fs'
import type { RunReader } from '../search/run-store.js'
import { type Database, openDatabase } from './database.js'
import { damaged, repairAdvice, StoreError, sqliteCode } from './failure.js'
import { overviewOf } from './overview.js'
import { asWritten, queryOf, TRIAL, TYPE } from './query.js'
import {
  readCheckpoint,
  readClimb,
  readDefinitionRow,
  readEventRow,
  readFinalist,
  readTrial,
} from './rows.js'
import { checkVersion, runSchema } from './schema.js'

/** A run opened for reading, with its definition. */
export interface OpenedRun extends RunReader {
  readonly definition: unknown
  /** Does some reading as of one moment, however many commits the owner makes meanwhile. */
  atOnce<T>(work: () => Promise<T>): Promise<T>
}

/** Opens a run's database read-only; its owner never notices. @throws StoreError in one line. */
export async function openRunReader(file: string): Promise<OpenedRun> {
  const db = await openToRead(file)
  try {
    if ((await checkVersion(db, file, runSchema, repairAdvice(file))) === 0)
      throw new StoreError(`${file}: the run has not been set up; start it again`)
    return {
      ...readerOf(db, file),
      definition: await readDefinition(db, file),
      async atOnce(work) {
        await db.run('BEGIN')
        try {
          return await work()
        } finally {
          await db.run('COMMIT')
        }
      },
    }
  } catch (error) {
    await db.close()
    throw error
  }
}

/** SQLite makes files beside a database even to read it; where it may not, nobody writes, and it does without. */
async function openToRead(file: string): Promise<Database> {
  const db = await openDatabase(file, 'read', repairAdvice(file))
  try {
    await db.all('PRAGMA user_version')
  } catch (error) {
    const code = error instanceof StoreError ? sqliteCode(error.cause) : ''
    if (!['SQLITE_CANTOPEN', 'SQLITE_READONLY'].includes(code) || existsSync(`${file}-wal`)) return db
    await db.close()
    return openDatabase(file, 'still', repairAdvice(file))
  }
  return db
}

/** Whether a run has been set up in a file; a process may have ended before that. @throws StoreError for another program's. */
export async function isSetUp(file: string): Promise<boolean> {
  if (!existsSync(file)) return false
  const db = await openToRead(file)
  try {
    if ((await checkVersion(db, file, runSchema, repairAdvice(file))) === 0) return false
    return (await db.all('SELECT 1 FROM definition')).length > 0
  } finally {
    await db.close()
  }
}

export async function readDefinition(db: Database, file: string): Promise<unknown> {
  const [row] = await db.all('SELECT * FROM definition')
  if (row === undefined) throw new StoreError(`${file}: the run has no definition; start it again`)
  return asWritten(file, () => readDefinitionRow(row))
}

/** The newest row of each trial: a retry stands for what it repeats. */
const NEWEST =
  'SELECT * FROM trials WHERE number >= ? AND id = (SELECT max(id) FROM trials AS row WHERE row.number = trials.number) ORDER BY number LIMIT ?'

/** SQLite has no limit then. */
const ALL = -1

export function readerOf(db: Database, file: string): RunReader {
  const query = queryOf(db, file)
  const trialsFrom = async (from: number, limit: number) => {
    const trials = await query(NEWEST, readTrial, [from, limit])
    const missing = trials.findIndex(({ number }, i) => number !== from + i)
    if (missing >= 0) throw damaged(file, `trial ${from + missing} is missing`, repairAdvice(file))
    return trials
  }
  return {
    ...overviewOf(query, file),
    trials: () => trialsFrom(0, ALL),
    trialsFrom,
    climbs: async () =>
      (await hasTable(db, 'climbs')) ? query('SELECT * FROM climbs ORDER BY rung, trial', readClimb) : [],
    finalists: () => query('SELECT * FROM finalists ORDER BY trial', readFinalist),
    checkpoint: async () => (await query('SELECT * FROM checkpoint', readCheckpoint))[0] ?? null,
    async events(after, limit = ALL) {
      const sql = 'SELECT * FROM events WHERE id > ? ORDER BY id LIMIT ?'
      const found = await query(sql, readEventRow, [after, limit])
      return { events: found.map(({ event }) => event), last: found.at(-1)?.id ?? after }
    },
    trialEvents(from, to) {
      const sql = `SELECT * FROM events WHERE ${TYPE} IN ('trial-begun', 'trial-told') AND ${TRIAL} BETWEEN ? AND ? ORDER BY id`
      return query(sql, row => readEventRow(row).event, [from, to])
    },
    close: () => db.close(),
  }
}

/** A reader does not migrate: a run of an older pare lacks the newer tables. */
async function hasTable(db: Database, name: string): Promise<boolean> {
  return (await db.all("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [name])).length > 0
}
