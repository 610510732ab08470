import type { Database } from './database.js'
import { StoreError, sqliteCode } from './failure.js'

/** What a kind of database is made of. */
export interface Schema {
  /** What a file of this kind is, for messages. */
  readonly what: string
  /** Marks a SQLite file as one of this kind, so that another program's database is left alone: four letters of ASCII. */
  readonly applicationId: number
  /** Each entry takes the database one version up; never edited once released. */
  readonly migrations: readonly string[]
}

const runMigrations: readonly string[] = [
  `
  CREATE TABLE definition (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
  CREATE TABLE trials (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    retry_of INTEGER REFERENCES trials (id),
    policy TEXT NOT NULL,
    policy_hash TEXT NOT NULL,
    trajectory TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'failed', 'interrupted')),
    evaluation TEXT,
    reward REAL,
    cached_from INTEGER,
    reason TEXT
  );
  CREATE INDEX trials_by_number ON trials (number);
  CREATE TABLE finalists (
    trial INTEGER PRIMARY KEY,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    file TEXT NOT NULL
  );
  CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), trial INTEGER NOT NULL, state BLOB NOT NULL);
  CREATE TABLE events (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
  `,
  `
  CREATE TABLE climbs (
    id INTEGER PRIMARY KEY,
    trial INTEGER NOT NULL,
    rung INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('finished', 'failed')),
    evaluation TEXT,
    reward REAL,
    reason TEXT,
    UNIQUE (trial, rung)
  );
  `,
  // Rows of before have none and are taken as they are. What a trial begins with and what it ends with are two writes.
  `
  ALTER TABLE definition ADD COLUMN crc INTEGER;
  ALTER TABLE trials ADD COLUMN begun_crc INTEGER;
  ALTER TABLE trials ADD COLUMN told_crc INTEGER;
  ALTER TABLE climbs ADD COLUMN crc INTEGER;
  ALTER TABLE finalists ADD COLUMN crc INTEGER;
  ALTER TABLE checkpoint ADD COLUMN crc INTEGER;
  ALTER TABLE events ADD COLUMN crc INTEGER;
  `,
  // Indexes alone: a reader of an older run, which does not migrate, asks in the same words and waits longer.
  `
  CREATE INDEX trials_by_reward ON trials (state, cached_from, reward DESC, number);
  CREATE INDEX events_by_type ON events (json_extract(body, '$.type'), json_extract(body, '$.trial'));
  `,
]

/** A run: "pare". */
export const runSchema: Schema = {
  what: "a run's database",
  applicationId: 0x70617265,
  migrations: runMigrations,
}

async function pragma(db: Database, name: string): Promise<number> {
  const [row] = await db.all(`PRAGMA ${name}`)
  return Number(Object.values(row ?? {})[0])
}

/**
 * Brings a database to the newest version.
 * @param advice what the user can do where the file is damaged
 * @throws StoreError for one that a newer pare wrote, or that is not pare's.
 */
export async function migrate(db: Database, file: string, schema: Schema, advice = ''): Promise<void> {
  const version = await checkVersion(db, file, schema, advice)
  for (const [i, sql] of schema.migrations.entries()) {
    if (i < version) continue
    await db.transaction(() =>
      db.exec(`${sql}; PRAGMA application_id = ${schema.applicationId}; PRAGMA user_version = ${i + 1}`),
    )
  }
}

/** The database's version. @throws StoreError as `migrate` does. */
export async function checkVersion(
  db: Database,
  file: string,
  { what, applicationId, migrations }: Schema,
  advice = '',
): Promise<number> {
  let version: number
  try {
    version = await pragma(db, 'user_version')
  } catch (cause) {
    if (!(cause instanceof StoreError) || sqliteCode(cause.cause) !== 'SQLITE_NOTADB') throw cause
    throw new StoreError(`${file}: expected ${what}, found a file that SQLite cannot read${advice}`, {
      cause,
    })
  }
  const [tables] = await db.all('SELECT count(*) AS n FROM sqlite_master')
  const empty = Object.values(tables ?? {})[0] === 0
  if (!empty && (await pragma(db, 'application_id')) !== applicationId) {
    throw new StoreError(`${file}: expected ${what}, found another program's`)
  }
  if (version > migrations.length) throw newer(file, version, { migrations })
  return version
}

/** The error of a database that a newer pare wrote. */
export function newer(file: string, version: number, { migrations }: Pick<Schema, 'migrations'>): StoreError {
  return new StoreError(
    `${file}: written by a newer pare (version ${version}, this one knows ${migrations.length}); update pare`,
  )
}
