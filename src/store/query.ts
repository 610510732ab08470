import type { Database, SqlValue } from './database.js'
import { damaged, repairAdvice } from './failure.js'

/** The rows of a query as they are read; one that is not as it was written names the file and what to do. */
export type Query = <T>(
  sql: string,
  read: (row: unknown) => T,
  parameters?: readonly SqlValue[],
) => Promise<readonly T[]>

export function queryOf(db: Database, file: string): Query {
  return async (sql, read, parameters = []) => {
    const rows = await db.all(sql, parameters)
    return asWritten(file, () => rows.map(read))
  }
}

/** What `read` tells. @throws StoreError with the file and what to do where it throws. */
export function asWritten<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw damaged(file, cause instanceof Error ? cause.message : String(cause), repairAdvice(file), cause)
  }
}

/** The type of an event, and the trial that it is about, in the words that they are indexed by. */
export const TYPE = "json_extract(body, '$.type')"
export const TRIAL = "json_extract(body, '$.trial')"

/** A list of words for IN. */
export function listed(words: readonly string[]): string {
  return `(${words.map(word => `'${word}'`).join(', ')})`
}
