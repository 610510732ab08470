import type { Advance, RunStore } from '../search/run-store.js'
import type { Climb, Finalist, Trial } from '../search/trial.js'
import { encodeAgentState } from './agent-state.js'
import { type Database, openDatabase } from './database.js'
import { lockFile, takeLock } from './lock.js'
import { readDefinition, readerOf } from './run-reader.js'
import { migrate, runSchema } from './schema.js'

/** A run opened by its owner, with its definition. */
export interface OwnedRun extends RunStore {
  readonly definition: unknown
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
    db = await openDatabase(file, definition === null ? 'write' : 'create')
    // Readers see whole transactions without blocking the writer; a killed process loses nothing that was committed.
    await db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    await migrate(db, file, runSchema)
    if (definition !== null)
      await db.run('INSERT INTO definition (id, body) VALUES (1, ?)', [JSON.stringify(definition)])
    const opened = db
    return {
      ...readerOf(db),
      definition: await readDefinition(db, file),
      advance: step => opened.transaction(() => write(opened, step)),
      recover: () => opened.transaction(() => recover(opened)),
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

async function write(
  db: Database,
  { told, begun = [], checkpoint, climb, finalist, events = [] }: Advance,
): Promise<void> {
  if (told !== undefined) await finish(db, told)
  for (const trial of begun) await begin(db, trial)
  if (checkpoint !== undefined) {
    await db.run(
      'INSERT INTO checkpoint (id, trial, state) VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET trial = excluded.trial, state = excluded.state',
      [told?.number ?? -1, encodeAgentState(checkpoint)],
    )
  }
  if (climb !== undefined) await addClimb(db, climb)
  if (finalist !== undefined) await addFinalist(db, finalist)
  for (const event of events) await db.run('INSERT INTO events (body) VALUES (?)', [JSON.stringify(event)])
}

async function begin(db: Database, { number, policy, policyHash, trajectory }: Trial): Promise<void> {
  await db.run(
    "INSERT INTO trials (number, policy, policy_hash, trajectory, state) VALUES (?, ?, ?, ?, 'running')",
    [number, JSON.stringify(policy), policyHash, JSON.stringify(trajectory)],
  )
}

/** The only change a row ever sees: from running to its end. */
async function finish(db: Database, { number, state }: Trial): Promise<void> {
  const where = "WHERE number = ? AND state = 'running'"
  switch (state.kind) {
    case 'finished':
      return db.run(
        `UPDATE trials SET state = 'finished', evaluation = ?, reward = ?, cached_from = ? ${where}`,
        [JSON.stringify(state.evaluation), state.reward, state.cachedFrom, number],
      )
    case 'failed':
      return db.run(`UPDATE trials SET state = 'failed', reason = ? ${where}`, [state.reason, number])
    case 'running':
      throw new Error(`trial ${number} was told but is still running`)
  }
}

async function addClimb(db: Database, { trial, rung, steps, state }: Climb): Promise<void> {
  const insert = (evaluation: string | null, reward: number | null, reason: string | null) =>
    db.run(
      'INSERT INTO climbs (trial, rung, steps, state, evaluation, reward, reason) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [trial, rung, steps, state.kind, evaluation, reward, reason],
    )
  switch (state.kind) {
    case 'finished':
      return insert(JSON.stringify(state.evaluation), state.reward, null)
    case 'failed':
      return insert(null, null, state.reason)
    case 'running':
      throw new Error(`trial ${trial} was told on rung ${rung} but is still running`)
  }
}

async function addFinalist(db: Database, { trial, before, after, file }: Finalist): Promise<void> {
  await db.run('INSERT INTO finalists (trial, before, after, file) VALUES (?, ?, ?, ?)', [
    trial,
    JSON.stringify(before),
    JSON.stringify(after),
    file,
  ])
}

async function recover(db: Database): Promise<void> {
  await db.exec(`
    CREATE TEMP TABLE lost AS SELECT id FROM trials WHERE state = 'running';
    UPDATE trials SET state = 'interrupted', reason = 'its process ended' WHERE id IN (SELECT id FROM lost);
    INSERT INTO trials (number, retry_of, policy, policy_hash, trajectory, state)
      SELECT number, id, policy, policy_hash, trajectory, 'running' FROM trials WHERE id IN (SELECT id FROM lost) ORDER BY number;
    DROP TABLE lost;
  `)
}
