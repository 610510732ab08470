import type { Database } from './database.js'

/** Rows read at a time, until one of them cannot be. */
const CHUNK = 256

/** How far behind a row that cannot be read others are looked for. */
const FARTHEST = 2 ** 30

/** The rows of a table that can be read. */
export interface ReadableRows {
  readonly rows: readonly unknown[]
  /** Places at which rows were expected and could not be read: about how many. */
  readonly broken: number
}

/** The tables that a database has, as far as it says. */
export async function tableNames(db: Database): Promise<ReadonlySet<string>> {
  const rows = await db.all("SELECT name FROM sqlite_master WHERE type = 'table'").catch(() => [])
  return new Set(rows.map(row => String(Object.values(row ?? {})[0])))
}

/**
 * All rows of a table that can be read, in the order of their numbers. Behind a page that is damaged, a row is found through
 * the pages above it alone.
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
    const from = Math.max(after, 0)
    const next = await firstReadable(db, table, from + 1)
    if (next === null) return { rows, broken: broken + (last === null ? 1 : Math.max(1, last - from)) }
    broken += next - from - 1
    after = next - 1
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

/**
 * The least row number behind `after` from which can be read, by steps that double and then halve; null where there is
 * none. What lies between damaged pages may be stepped over.
 */
async function firstReadable(db: Database, table: string, after: number): Promise<number | null> {
  const sql = `SELECT * FROM ${table} WHERE rowid >= ? ORDER BY rowid LIMIT 1`
  const canBeRead = (number: number) =>
    db.all(sql, [number]).then(
      () => true,
      () => false,
    )
  let step = 1
  while (!(await canBeRead(after + step))) {
    step *= 2
    if (step > FARTHEST) return null
  }
  let [fails, reads] = [after + Math.floor(step / 2), after + step]
  while (reads - fails > 1) {
    const middle = Math.floor((fails + reads) / 2)
    if (await canBeRead(middle)) reads = middle
    else fails = middle
  }
  return reads
}

function numberOf(row: unknown): number {
  const number = Object.entries(row ?? {}).find(([name]) => name === 'row_number')?.[1]
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : Number.MIN_SAFE_INTEGER
}
