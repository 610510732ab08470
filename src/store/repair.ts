import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { runDefinition } from '../search/definition.js'
import { type Consistent, consistentRun } from './consistent.js'
import { openDatabase } from './database.js'
import { damaged } from './failure.js'
import { lockFile, takeLock } from './lock.js'
import { type Salvaged, salvage } from './salvage.js'
import { migrate, newer, runSchema } from './schema.js'
import { recoverRows, writeDefinition, writeRows } from './write-rows.js'

/** What came of a repair. */
export type Repair =
  | { readonly kind: 'whole'; readonly run: Consistent }
  | {
      readonly kind: 'repaired'
      /** The first thing that was wrong. */
      readonly damage: string
      readonly run: Consistent
      readonly salvaged: Salvaged
      /** Where the damaged database is now. */
      readonly kept: string
    }

/**
 * Writes what can be read of a run's database into a new one, in its place; the damaged one is kept beside it.
 * @param now of the name that it is kept under
 * @throws StoreError where nothing can be saved or another process works on the run; all is then as it was.
 */
export async function repairRun(file: string, now: Date): Promise<Repair> {
  const lock = await takeLock(lockFile(file))
  const copy = `${file}.salvage`
  const fresh = `${file}.repaired`
  try {
    copyDatabase(file, copy)
    const salvaged = await salvage(copy).catch(cause => {
      const reason = cause instanceof Error ? cause.message.replace(`${copy}: `, '') : String(cause)
      throw damaged(file, reason, '; nothing of it can be saved: begin the run again', cause)
    })
    // It holds what this pare knows nothing of, and would lose.
    if (salvaged.version > runSchema.migrations.length) throw newer(file, salvaged.version, runSchema)
    const parsed = runDefinition.safeParse(salvaged.definition)
    if (!parsed.success)
      throw damaged(file, 'what the run is cannot be read', ', so it cannot go on: begin it again')
    const run = consistentRun(salvaged, parsed.data)
    const damage = damageOf(salvaged, run)
    if (damage === null) return { kind: 'whole', run }
    await writeFresh(fresh, salvaged.definition, run, parsed.data.trials, now)
    const kept = `${file}.damaged-${now.toISOString().slice(0, 19).replaceAll(':', '-')}`
    copyDatabase(file, kept)
    // A log of the damaged database must not be taken for one of the new.
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
    renameSync(fresh, file)
    return { kind: 'repaired', damage, run, salvaged, kept }
  } finally {
    for (const beside of [copy, fresh]) removeDatabase(beside)
    await lock.release()
  }
}

function damageOf({ damage, definition }: Salvaged, run: Consistent): string | null {
  if (damage !== null) return damage
  if (run.again > 0) return `trial ${run.told.length} is missing`
  if (run.agent !== 'kept' && run.agent !== 'none') return `the agent's state is ${run.agent}`
  return definition === null ? 'what the run is cannot be read' : null
}

async function writeFresh(
  file: string,
  definition: unknown,
  { told, running, climbs, finalists, events, checkpoint }: Consistent,
  planned: number,
  now: Date,
): Promise<void> {
  removeDatabase(file)
  const db = await openDatabase(file, 'create')
  try {
    // Nobody knows of it before it is whole.
    await db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF')
    await migrate(db, file, runSchema)
    await db.transaction(async () => {
      await writeDefinition(db, definition)
      for (const trial of told) await writeRows(db, { begun: [trial] })
      for (const trial of told) {
        const state = checkpoint?.trial === trial.number ? { checkpoint: checkpoint.state } : {}
        await writeRows(db, { told: trial, ...state })
      }
      if (checkpoint?.trial === -1) await writeRows(db, { checkpoint: checkpoint.state })
      await writeRows(db, { begun: running })
      for (const climb of climbs) await writeRows(db, { climb })
      for (const finalist of finalists) await writeRows(db, { finalist })
      await writeRows(db, { events })
      const ended = events.findLast(({ type }) => type === 'run-started' || type === 'run-ended')
      if (ended?.type !== 'run-ended' || told.length < planned)
        await writeRows(db, {
          events: [{ at: now.getTime(), type: 'run-ended', outcome: 'interrupted', message: 'repaired' }],
        })
      await recoverRows(db)
    })
  } finally {
    await db.close()
  }
  flush(file)
}

function flush(file: string): void {
  const handle = openSync(file, 'r+')
  fsyncSync(handle)
  closeSync(handle)
}

/** The file and its write-ahead log, which is part of the database. */
function copyDatabase(from: string, to: string): void {
  removeDatabase(to)
  copyFileSync(from, to, constants.COPYFILE_FICLONE)
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${to}-wal`)
}

function removeDatabase(file: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true })
}
