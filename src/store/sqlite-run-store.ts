import type { RunStore } from '../search/run-store.js'
import { type Database, openDatabase } from './database.js'
import { repairAdvice } from './failure.js'
import { lockFile, takeLock } from './lock.js'
import { readDefinition, readerOf } from './run-reader.js'
import { migrate, runSchema } from './schema.js'
import { recoverRows, replaceDefinition, writeDefinition, writeRows } from './write-rows.js'

/** A run opened by its owner, with its definition. */
export interface OwnedRun extends RunStore {
  readonly definition: unknown
  /** Changes what the run is from now on. */
  redefine(definition: unknown): Promise<void>
}

/**
 * Creates a run's database, or opens the one that is there, as its only owner.
 * @param definition what a new run is; null to open one that exists
 * @throws StoreError where the file cannot be used or another process owns the run.
 */
export async function openRunStore(file: string, definition: unknown): Promise<OwnedRun> {
  const lock = await takeLock(lockFile(file))
  let db: Database | undefined
  try {
    db = await openDatabase(file, definition === null ? 'write' : 'create', repairAdvice(file))
    // Readers see whole transactions without blocking the writer; a killed process loses nothing that was committed.
    await db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    await migrate(db, file, runSchema, repairAdvice(file))
    if (definition !== null) await writeDefinition(db, definition)
    const opened = db
    return {
      ...readerOf(db, file),
      definition: await readDefinition(db, file),
      advance: step => opened.transaction(() => writeRows(opened, step)),
      redefine: definition => replaceDefinition(opened, definition),
      recover: () => opened.transaction(() => recoverRows(opened)),
      async close() {
        await opened.close()
        await lock.release()
      },
    }
  } catch (error) {
    await db?.close()
    await lock.release()
    throw error
  }
}
