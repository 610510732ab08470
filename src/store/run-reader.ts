import { existsSync } from 'node:fs'
import type { RunReader } from '../search/run-store.js'
import { decodeAgentState } from './agent-state.js'
import { type Database, openDatabase, StoreError } from './database.js'
import { blobRow, eventRow, readClimb, readEvent, readFinalist, readTrial, textRow } from './rows.js'
import { checkVersion, runSchema } from './schema.js'

/** A run opened for reading, with its definition. */
export interface OpenedRun extends RunReader {
  readonly definition: unknown
}

/** Opens a run's database read-only; its owner never notices. @throws StoreError in one line. */
export async function openRunReader(file: string): Promise<OpenedRun> {
  const db = await openDatabase(file, 'read')
  if ((await checkVersion(db, file, runSchema)) === 0)
    throw new StoreError(`${file}: the run has not been set up; start it again`)
  return { ...readerOf(db), definition: await readDefinition(db, file) }
}

/** Whether a run has been set up in a file; a process may have ended before that. @throws StoreError for another program's. */
export async function isSetUp(file: string): Promise<boolean> {
  if (!existsSync(file)) return false
  const db = await openDatabase(file, 'read')
  try {
    if ((await checkVersion(db, file, runSchema)) === 0) return false
    return (await db.all('SELECT 1 FROM definition')).length > 0
  } finally {
    await db.close()
  }
}

export async function readDefinition(db: Database, file: string): Promise<unknown> {
  const [row] = await db.all('SELECT body FROM definition')
  if (row === undefined) throw new StoreError(`${file}: the run has no definition; start it again`)
  return JSON.parse(textRow.parse(row).body)
}

/** The newest row of each trial: a retry stands for what it repeats. */
const NEWEST = 'SELECT * FROM trials WHERE id IN (SELECT max(id) FROM trials GROUP BY number) ORDER BY number'

export function readerOf(db: Database): RunReader {
  return {
    trials: async () => (await db.all(NEWEST)).map(readTrial),
    climbs: async () =>
      (await hasTable(db, 'climbs'))
        ? (await db.all('SELECT * FROM climbs ORDER BY rung, trial')).map(readClimb)
        : [],
    finalists: async () => (await db.all('SELECT * FROM finalists ORDER BY trial')).map(readFinalist),
    async checkpoint() {
      const [row] = await db.all('SELECT state FROM checkpoint')
      return row === undefined ? null : decodeAgentState(blobRow.parse(row).state)
    },
    async events(after) {
      const rows = (await db.all('SELECT id, body FROM events WHERE id > ? ORDER BY id', [after])).map(row =>
        eventRow.parse(row),
      )
      // Events are for the screen only, and only pare's own process writes them.
      return { events: rows.map(row => readEvent(row.body)), last: rows.at(-1)?.id ?? after }
    },
    close: () => db.close(),
  }
}

/** A reader does not migrate: a run of an older pare lacks the newer tables. */
async function hasTable(db: Database, name: string): Promise<boolean> {
  return (await db.all("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [name])).length > 0
}
