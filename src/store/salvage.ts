import type { RunEvent } from '../search/events.js'
import type { Checkpoint } from '../search/run-store.js'
import type { Climb, Finalist, Trial } from '../search/trial.js'
import { type Database, openDatabase } from './database.js'
import { StoreError } from './failure.js'
import { readableRows, tableNames } from './readable-rows.js'
import {
  readCheckpoint,
  readClimb,
  readDefinitionRow,
  readEventRow,
  readFinalist,
  readTrial,
} from './rows.js'

/** What a damaged run's database still holds, each as it was written; `lost` counts rows that cannot be trusted. */
export interface Salvaged {
  /** Of the schema, as far as the file says. */
  readonly version: number
  /** Null where it is lost. */
  readonly definition: unknown
  readonly checkpoint: Checkpoint | null
  /** Every row, retries and what they repeat, oldest first. */
  readonly trials: Part<Trial>
  readonly climbs: Part<Climb>
  readonly finalists: Part<Finalist>
  readonly events: Part<RunEvent>
  /** Why the database is not whole; null where nothing speaks against it. */
  readonly damage: string | null
}

export interface Part<T> {
  readonly items: readonly T[]
  readonly lost: number
}

/**
 * Reads all that can be read of a run's database. Takes a copy, which SQLite may change on opening.
 * @throws StoreError where not even its tables are known.
 */
export async function salvage(copy: string): Promise<Salvaged> {
  const db = await openDatabase(copy, 'write')
  try {
    // SQLite then goes by the tables of a file that is shorter than it should be, or oddly laid out.
    await db.exec('PRAGMA writable_schema = ON')
    const tables = await tableNames(db)
    if (!tables.has('definition') || !tables.has('trials'))
      throw new StoreError(`${copy}: the tables of the run are lost`)
    const damage: string[] = await complaints(db)
    const read = async <T>(table: string, parse: (row: unknown) => T): Promise<Part<T>> => {
      if (!tables.has(table)) return { items: [], lost: 0 }
      const { rows, broken } = await readableRows(db, table)
      const items = rows.flatMap(row => {
        try {
          return [parse(row)]
        } catch (error) {
          damage.push(error instanceof Error ? error.message : String(error))
          return []
        }
      })
      return { items, lost: rows.length - items.length + broken }
    }
    return {
      version: await versionOf(db),
      definition: (await read('definition', readDefinitionRow)).items[0] ?? null,
      checkpoint: (await read('checkpoint', readCheckpoint)).items[0] ?? null,
      trials: await read('trials', readTrialOrItsBeginning),
      climbs: await read('climbs', readClimb),
      finalists: await read('finalists', readFinalist),
      events: await read('events', row => readEventRow(row).event),
      damage: damage[0] ?? null,
    }
  } finally {
    await db.close()
  }
}

async function versionOf(db: Database): Promise<number> {
  const [row] = await db.all('PRAGMA user_version').catch(() => [])
  return Number(Object.values(row ?? {})[0] ?? 0)
}

/** What SQLite itself finds wrong. */
async function complaints(db: Database): Promise<string[]> {
  try {
    const found = (await db.all('PRAGMA integrity_check(1)')).map(row => String(Object.values(row ?? {})[0]))
    return found.filter(line => line !== 'ok')
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

/** A trial whose end is damaged can still be run again. */
function readTrialOrItsBeginning(row: unknown): Trial {
  try {
    return readTrial(row)
  } catch {
    const begun = { evaluation: null, reward: null, cached_from: null, reason: null, told_crc: null }
    return readTrial({ ...(row as object), ...begun, state: 'running' })
  }
}
