import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { type Database, openDatabase } from './database.js'
import { StoreError, sqliteCode } from './failure.js'

/** A lock that the operating system takes back when its process dies, however it dies. */
export interface Lock {
  release(): Promise<void>
}

/** The lock of a run, by its database. */
export function lockFile(database: string): string {
  return `${database}.lock`
}

/**
 * Takes the lock of a run's folder: a write transaction on a database of its own, held open. Who holds it stands in a
 * text file beside it, for the message alone.
 * @throws StoreError naming the holder where another process has it.
 */
export async function takeLock(file: string): Promise<Lock> {
  const db = await openDatabase(file, 'create')
  const holder = `${file}.holder`
  await lockOrRefuse(db, file, holder)
  writeFileSync(holder, `process ${process.pid} on ${hostname()} since ${new Date().toISOString()}`)
  return {
    async release() {
      await db.run('ROLLBACK')
      await db.close()
    },
  }
}

/** Whether another process has a lock; asking takes none. */
export async function isLocked(file: string): Promise<boolean> {
  if (!existsSync(file)) return false
  const db = await openDatabase(file, 'read')
  try {
    await db.exec('PRAGMA busy_timeout = 0')
    await db.all('SELECT 1 FROM sqlite_master')
    return false
  } catch (error) {
    if (error instanceof StoreError && sqliteCode(error.cause) === 'SQLITE_BUSY') return true
    throw error
  } finally {
    await db.close()
  }
}

/** Long enough for one that only asks whether there is a lock, ms. */
const ASKING = 100

async function lockOrRefuse(db: Database, file: string, holder: string): Promise<void> {
  try {
    await db.exec(`PRAGMA busy_timeout = ${ASKING}`)
    await db.run('BEGIN EXCLUSIVE')
  } catch (cause) {
    await db.close()
    throw new StoreError(
      `${file}: another process works on this run (${describe(holder)}); first, pare stop ends it`,
      {
        cause,
      },
    )
  }
}

function describe(holder: string): string {
  try {
    return readFileSync(holder, 'utf8')
  } catch {
    return 'holder unknown'
  }
}
