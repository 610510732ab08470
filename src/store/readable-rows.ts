import type { Database } from './database.js'

/** Rows read at a time, until one of them cannot be. */
const CHUNK = 256

/** How many row numbers after a row that cannot be read are tried one by one, where the last number is not known. */
const REACH = 4096

/** The rows of a table that can be read. */
export interface ReadableRows {
  readonly rows: readonly unknown[]
  /** Places at which rows were expected and could not be read: a lower bound of how many. */
  readonly broken: number
}

/** The tables that a database has, as far as it says. */
export async function tableNames(db: Database): Promise<ReadonlySet<string>> {
  const rows = await db.all("SELECT name FROM sqlite_master WHERE type = 'table'").catch(() => [])
  return new Set(rows.map(row => String(Object.values(row ?? {})[0])))
}

/**
 * All rows of a table that can be read, in the order of their numbers. Behind a page that is damaged, the row numbers are
 * looked up one by one: each is found through the pages above it alone.
 */
export async function readableRows(db: Database, table: string): Promise<ReadableRows> {
  const last = await lastNumber(db, table)
  const rows: unknown[] = []
  let broken = 0
  let after = Number.MIN_SAFE_INTEGER
  while (true) {
    const chunk = await readAfter(db, table, after)
    rows.push(...chunk.rows)
    after = chunk.after
    if (chunk.whole) return { rows, broken }
    const next = await firstReadable(db, table, Math.max(after, 0), last)
    broken += next.broken
    if (next.row === null) return { rows, broken }
    rows.push(next.row)
    after = next.number
  }
}

async function lastNumber(db: Database, table: string): Promise<number | null> {
  const [row] = await db.all(`SELECT max(rowid) FROM ${table}`).catch(() => [])
  const last = Object.values(row ?? {})[0]
  return typeof last === 'number' && Number.isSafeInteger(last) ? last : null
}

/** Rows in order until one cannot be read (`whole` false) or there are no more. */
async function readAfter(db: Database, table: string, after: number) {
  const rows: unknown[] = []
  let size = CHUNK
  let at = after
  while (size >= 1) {
    const sql = `SELECT rowid AS row_number, * FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ${size}`
    const chunk = await db.all(sql, [at]).catch(() => null)
    const next = chunk === null ? at : chunk.reduce<number>((most, row) => Math.max(most, numberOf(row)), at)
    if (chunk === null || (chunk.length > 0 && next === at)) {
      size = Math.floor(size / 4)
      continue
    }
    if (chunk.length === 0) return { rows, after: at, whole: true }
    rows.push(...chunk)
    at = next
  }
  return { rows, after: at, whole: false }
}

async function firstReadable(db: Database, table: string, after: number, last: number | null) {
  const end = Math.min(last ?? Number.MAX_SAFE_INTEGER, after + REACH)
  let broken = 0
  for (let number = after + 1; number <= end; number++) {
    const sql = `SELECT rowid AS row_number, * FROM ${table} WHERE rowid = ?`
    const found = await db.all(sql, [number]).catch(() => null)
    if (found === null) broken++
    else if (found[0] !== undefined) return { row: found[0], number, broken }
  }
  // Where the end is not known, the looking beyond it fails like the looking for what was there.
  return { row: null, number: end, broken: last === null ? Math.min(broken, 1) : broken }
}

function numberOf(row: unknown): number {
  const number = Object.entries(row ?? {}).find(([name]) => name === 'row_number')?.[1]
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : Number.MIN_SAFE_INTEGER
}
