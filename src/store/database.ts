import { pathToFileURL } from 'node:url'
import sqlite3 from 'sqlite3'
import { failureOf, type Mode } from './failure.js'

/** What SQLite stores in a column. */
export type SqlValue = string | number | Buffer | Uint8Array | null

/** The part of SQLite that the stores use, with promises. */
export interface Database {
  /** All rows of a query; each is checked by whoever asked for it. */
  all(sql: string, parameters?: readonly SqlValue[]): Promise<readonly unknown[]>
  run(sql: string, parameters?: readonly SqlValue[]): Promise<void>
  exec(sql: string): Promise<void>
  /** Runs `work` in one transaction that takes the write lock at its start; calls queue up behind one another. */
  transaction<T>(work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** How long a statement waits for another process's lock, ms. */
const BUSY_TIMEOUT = 10_000

/**
 * Opens a database file; whatever fails from then on is told in one line with its path and the reason.
 * @param advice what the user can do where the file is damaged
 * @throws StoreError where it cannot be opened.
 */
export async function openDatabase(file: string, mode: Mode, advice = ''): Promise<Database> {
  const flags = {
    create: sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE,
    write: sqlite3.OPEN_READWRITE,
    read: sqlite3.OPEN_READONLY,
    still: sqlite3.OPEN_READONLY | sqlite3.OPEN_URI,
  }[mode]
  const name = mode === 'still' ? `${pathToFileURL(file).href}?immutable=1` : file
  const handle = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(name, flags, error => {
      if (error === null) resolve(opened)
      else reject(failureOf(file, mode, error, advice))
    })
  })
  handle.configure('busyTimeout', BUSY_TIMEOUT)
  return wrap(handle, error => failureOf(file, mode, error, advice))
}

function wrap(handle: sqlite3.Database, failure: (error: Error) => Error): Database {
  let last: Promise<unknown> = Promise.resolve()
  const run = (sql: string, parameters: readonly SqlValue[] = []) =>
    new Promise<void>((resolve, reject) => {
      handle.run(sql, [...parameters], error => (error === null ? resolve() : reject(failure(error))))
    })
  return {
    run,
    all: (sql, parameters = []) =>
      new Promise((resolve, reject) => {
        handle.all<unknown>(sql, [...parameters], (error, rows) =>
          error === null ? resolve(rows) : reject(failure(error)),
        )
      }),
    exec: sql =>
      new Promise((resolve, reject) => {
        handle.exec(sql, error => (error === null ? resolve() : reject(failure(error))))
      }),
    transaction(work) {
      const attempt = async () => {
        await run('BEGIN IMMEDIATE')
        try {
          const result = await work()
          await run('COMMIT')
          return result
        } catch (error) {
          // After a full disk SQLite may have rolled back by itself, and a second rollback is then an error.
          await run('ROLLBACK').catch(() => undefined)
          throw error
        }
      }
      const result = last.then(attempt, attempt)
      last = result
      return result
    },
    close: () =>
      new Promise((resolve, reject) => {
        handle.close(error => (error === null ? resolve() : reject(failure(error))))
      }),
  }
}
