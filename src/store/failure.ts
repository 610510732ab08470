import { dirname, relative } from 'node:path'

/** A run's database that cannot be used, with its path, the reason and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
}

/** A disk that is full or fails while a command works; what was committed before is kept. */
export class DiskError extends Error {
  override readonly name = 'DiskError'
}

/** What to do about a run's database that is damaged. */
export function repairAdvice(file: string): string {
  return `; save what can be read: pare repair ${relative(process.cwd(), dirname(file)) || '.'}`
}

/** The error of a file whose content is not as it was written. */
export function damaged(file: string, reason: string, advice: string, cause?: unknown): StoreError {
  return new StoreError(`${file}: damaged (${reason.split('\n')[0]})${advice}`, { cause })
}

/** What SQLite calls an error; an empty string for one that is not SQLite's. */
export function sqliteCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** How a database is opened; `still` is for reading one that nobody writes meanwhile, without a file beside it. */
export type Mode = 'create' | 'write' | 'read' | 'still'

/** An error of SQLite in one line that names the file. @param advice what to do where it is damaged */
export function failureOf(file: string, mode: Mode, error: Error, advice: string): StoreError | DiskError {
  const reason = error.message.replace(/^SQLITE_\w+: /, '')
  switch (sqliteCode(error)) {
    case 'SQLITE_FULL':
      return new DiskError(`${file}: no space is left on its disk; free some, then go on`, { cause: error })
    // A file that is cut short within a page is one too.
    case 'SQLITE_IOERR':
      return mode === 'read' || mode === 'still'
        ? damaged(file, reason, advice, error)
        : new DiskError(`${file}: its disk is full or fails (${reason}); free some space, then go on`, {
            cause: error,
          })
    case 'SQLITE_BUSY':
      return new StoreError(`${file}: another program has it locked; close that, then try again`, {
        cause: error,
      })
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
    case 'SQLITE_CANTOPEN':
      return new StoreError(`${file}: the database cannot be opened or written (${reason})`, { cause: error })
    // Every statement is fixed: one that does not fit means that the tables are not as they were made.
    case 'SQLITE_ERROR':
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return damaged(file, reason, advice, error)
    default:
      return new StoreError(`${file}: ${reason}`, { cause: error })
  }
}
