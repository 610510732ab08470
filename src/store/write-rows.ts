import type { Advance } from '../search/run-store.js'
import type { Climb, Finalist, Trial, TrialState } from '../search/trial.js'
import { encodeAgentState } from './agent-state.js'
import { checksum } from './checksum.js'
import type { Database, SqlValue } from './database.js'

/** Writes one commit; the caller holds the transaction. */
export async function writeRows(
  db: Database,
  { told, begun = [], checkpoint, climb, finalist, events = [] }: Advance,
): Promise<void> {
  if (told !== undefined) await finish(db, told)
  for (const trial of begun) await begin(db, trial)
  if (checkpoint !== undefined)
    await insert(db, 'INSERT OR REPLACE', 'checkpoint', 'crc', {
      trial: told?.number ?? -1,
      state: encodeAgentState(checkpoint),
    })
  if (climb !== undefined) await addClimb(db, climb)
  if (finalist !== undefined) await addFinalist(db, finalist)
  for (const event of events) await insert(db, 'INSERT', 'events', 'crc', { body: JSON.stringify(event) })
}

/** Writes what the run is. */
export function writeDefinition(db: Database, definition: unknown): Promise<void> {
  return insert(db, 'INSERT', 'definition', 'crc', { body: JSON.stringify(definition) })
}

/** Writes what the run is from now on. */
export function replaceDefinition(db: Database, definition: unknown): Promise<void> {
  return insert(db, 'INSERT OR REPLACE', 'definition', 'crc', { body: JSON.stringify(definition) })
}

/** One row with the checksum over its values. */
function insert(
  db: Database,
  verb: 'INSERT' | 'INSERT OR REPLACE',
  table: string,
  crc: string,
  row: Readonly<Record<string, SqlValue>>,
): Promise<void> {
  const values = Object.values(row)
  // Tables of one row have no other id than this.
  const id = table === 'definition' || table === 'checkpoint' ? { id: 1 } : {}
  const columns = [...Object.keys(row), crc, ...Object.keys(id)]
  return db.run(
    `${verb} INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    [...values, checksum(values), ...Object.values(id)],
  )
}

async function begin(db: Database, { number, policy, policyHash, trajectory }: Trial): Promise<void> {
  const row = [number, JSON.stringify(policy), policyHash, JSON.stringify(trajectory)]
  await db.run(
    "INSERT INTO trials (number, policy, policy_hash, trajectory, state, begun_crc) VALUES (?, ?, ?, ?, 'running', ?)",
    [...row, checksum(row)],
  )
}

/** How something ended, as columns. @throws Error for what is still running. */
function endOf(state: TrialState, what: string) {
  switch (state.kind) {
    case 'finished':
      return {
        state: 'finished',
        evaluation: JSON.stringify(state.evaluation),
        reward: state.reward,
        cachedFrom: state.cachedFrom,
        reason: null,
      }
    case 'failed':
      return { state: 'failed', evaluation: null, reward: null, cachedFrom: null, reason: state.reason }
    case 'running':
      throw new Error(`${what} but is still running`)
  }
}

/** The only change a row ever sees: from running to its end. */
async function finish(db: Database, { number, state }: Trial): Promise<void> {
  const end = endOf(state, `trial ${number} was told`)
  const values = Object.values(end)
  await db.run(
    "UPDATE trials SET state = ?, evaluation = ?, reward = ?, cached_from = ?, reason = ?, told_crc = ? WHERE number = ? AND state = 'running'",
    [...values, checksum([number, ...values]), number],
  )
}

async function addClimb(db: Database, { trial, rung, steps, state }: Climb): Promise<void> {
  const { cachedFrom: _, ...end } = endOf(state, `trial ${trial} was told on rung ${rung}`)
  await insert(db, 'INSERT', 'climbs', 'crc', { trial, rung, steps, ...end })
}

async function addFinalist(db: Database, { trial, before, after, file }: Finalist): Promise<void> {
  await insert(db, 'INSERT', 'finalists', 'crc', {
    trial,
    before: JSON.stringify(before),
    after: JSON.stringify(after),
    file,
  })
}

/** Closes the rows that a dead owner left running and begins their trials again, each as a new row. */
export async function recoverRows(db: Database): Promise<void> {
  await db.exec(`
    CREATE TEMP TABLE lost AS SELECT id FROM trials WHERE state = 'running';
    UPDATE trials SET state = 'interrupted', reason = 'its process ended' WHERE id IN (SELECT id FROM lost);
    INSERT INTO trials (number, retry_of, policy, policy_hash, trajectory, state, begun_crc)
      SELECT number, id, policy, policy_hash, trajectory, 'running', begun_crc FROM trials WHERE id IN (SELECT id FROM lost) ORDER BY number;
    DROP TABLE lost;
  `)
}
