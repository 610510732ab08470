import type { SiteSummary } from '../../search/events.js'
import type { RecordPages, TrialRecord } from '../../search/trial-record.js'
import { type Database, openDatabase, type SqlValue } from '../database.js'
import { distributionJson, parametersOf, rangesOf, widened } from './distributions.js'
import { optunaSchema } from './schema.js'

/** A run as Optuna sees it: a study that maximises one objective, the reward. */
export interface Study {
  readonly name: string
  /** What can be decided; empty for a run that does not say. */
  readonly sites: readonly SiteSummary[]
  readonly pages: RecordPages
  /** Facts about the run, for people. */
  readonly attributes: Readonly<Record<string, unknown>>
}

const states = { running: 'RUNNING', finished: 'COMPLETE', failed: 'FAIL' } as const

/**
 * Writes a study into a new SQLite file that `optuna.load_study` and Optuna's dashboard open. Parameters are what was
 * decided; intermediate values the validation scores by rung; costs, scores and reasons user attributes. Times are UTC.
 * @param file a file that is not there
 */
export async function writeOptunaStudy(file: string, study: Study): Promise<void> {
  const db = await openDatabase(file, 'create')
  try {
    await db.transaction(async () => {
      await db.exec(optunaSchema)
      await db.run('INSERT INTO studies VALUES (1, ?)', [study.name])
      await db.run("INSERT INTO study_directions VALUES (1, 'MAXIMIZE', 1, 0)")
      for (const [key, value] of Object.entries(study.attributes))
        await insert(db, 'study_user_attributes', [1, key, JSON.stringify(value)])
      // One and the same for all trials: they are read twice.
      let ranges = rangesOf(study.sites)
      for await (const page of study.pages()) ranges = widened(ranges, page)
      const json = new Map([...ranges].map(([name, range]) => [name, distributionJson(range)]))
      for await (const page of study.pages()) for (const record of page) await addTrial(db, record, json)
    })
  } finally {
    await db.close()
  }
}

/** Adds a row whose first column numbers it. */
function insert(db: Database, table: string, values: readonly SqlValue[]): Promise<void> {
  return db.run(`INSERT INTO ${table} VALUES (NULL${', ?'.repeat(values.length)})`, values)
}

async function addTrial(
  db: Database,
  record: TrialRecord,
  distributions: ReadonlyMap<string, string>,
): Promise<void> {
  const { number, state, reward } = record
  const id = number + 1
  const times = [record.begunAt, record.toldAt].map(dateTime)
  await db.run('INSERT INTO trials VALUES (?, ?, 1, ?, ?, ?)', [id, number, states[state], ...times])
  for (const [name, value] of parametersOf(record.policy))
    await insert(db, 'trial_params', [id, name, value, distributions.get(name) ?? null])
  if (reward !== null) await insert(db, 'trial_values', [id, 0, reward, 'FINITE'])
  for (const { rung, evaluation } of [{ rung: 0, evaluation: record.evaluation }, ...record.rungs]) {
    const score = evaluation?.scores.val?.score
    if (score !== undefined) await insert(db, 'trial_intermediate_values', [id, rung, score, 'FINITE'])
  }
  for (const [key, value] of attributesOf(record))
    await insert(db, 'trial_user_attributes', [id, key, JSON.stringify(value)])
}

function attributesOf(record: TrialRecord): readonly (readonly [string, unknown])[] {
  const { evaluation, reason, cachedFrom, final, chosen, policyHash } = record
  const all: readonly (readonly [string, unknown])[] = [
    ...Object.entries(evaluation?.cost ?? {}).map(([kind, value]) => [`cost.${kind}`, value] as const),
    ['score', evaluation?.scores.val?.score],
    ['loss', evaluation?.scores.val?.loss],
    ['final_score', final?.scores.val?.score],
    ['reason', reason],
    ['cached_from', cachedFrom],
    ['elapsed_ms', record.elapsedMs],
    ['policy_hash', policyHash],
    ['chosen', chosen || null],
  ]
  return all.filter(([, value]) => value !== null && value !== undefined)
}

/** As SQLAlchemy stores a time in SQLite. */
function dateTime(at: number | null): string | null {
  return at === null ? null : `${new Date(at).toISOString().replace('T', ' ').replace('Z', '000')}`
}
