import * as z from 'zod'
import { milestoneTypes } from '../search/events.js'
import type { RunOverview, TrialCounts } from '../search/run-store.js'
import { damaged, repairAdvice } from './failure.js'
import { listed, type Query, TYPE } from './query.js'
import { readEventRow, readMilestone, readTrial } from './rows.js'

const EVALUATED = "state = 'finished' AND cached_from IS NULL"

/**
 * One statement, which sees one moment of a run that is worked on. Rows that a dead process left behind are begun again,
 * each as a row of its own.
 */
const COUNTS = `
  SELECT state, count(*) AS n, count(cached_from) AS cached, (SELECT max(number) FROM trials) AS last
  FROM trials WHERE state <> 'interrupted' GROUP BY state`

/** A plus keeps SQLite off the index by type: the first and the last of a stretch are next to its ends. */
const OF_SEARCH = `+${TYPE} IN ${listed(['trial-begun', 'trial-told'])}`

/** What can be told of a run without reading all its trials and events: each is a look-up in an index. */
export function overviewOf(query: Query, file: string): RunOverview {
  const timeOf = async (after: number, before: number, order: 'ASC' | 'DESC') => {
    const sql = `SELECT * FROM events WHERE id > ? AND id < ? AND ${OF_SEARCH} ORDER BY id ${order} LIMIT 1`
    return (await query(sql, row => readEventRow(row).event.at, [after, before]))[0] ?? null
  }
  return {
    async counts() {
      const rows = await query(COUNTS, row => countRow.parse(row))
      const counts = countsOf(rows)
      const all = counts.running + counts.finished + counts.failed
      if (rows[0] !== undefined && all !== rows[0].last + 1) await assertNoneMissing(query, file)
      return counts
    },
    async trial(number) {
      const sql = 'SELECT * FROM trials WHERE number = ? ORDER BY id DESC LIMIT 1'
      return (await query(sql, readTrial, [number]))[0] ?? null
    },
    best: limit =>
      query(`SELECT * FROM trials WHERE ${EVALUATED} ORDER BY reward DESC, number LIMIT ?`, readTrial, [
        limit,
      ]),
    milestones: () =>
      query(`SELECT * FROM events WHERE ${TYPE} IN ${listed(milestoneTypes)} ORDER BY id`, readMilestone),
    async workedMs() {
      const sql = `SELECT id FROM events WHERE ${TYPE} = 'run-started' ORDER BY id`
      const starts = [0, ...(await query(sql, row => idRow.parse(row).id)), Number.MAX_SAFE_INTEGER]
      let elapsed = 0
      for (const [i, start] of starts.slice(0, -1).entries()) {
        const first = await timeOf(start, starts[i + 1]!, 'ASC')
        const last = await timeOf(start, starts[i + 1]!, 'DESC')
        if (first !== null && last !== null) elapsed += last - first
      }
      return elapsed
    },
  }
}

const countRow = z.object({
  state: z.enum(['running', 'finished', 'failed']),
  n: z.number(),
  cached: z.number(),
  last: z.number(),
})
const idRow = z.object({ id: z.number() })

function countsOf(rows: readonly z.infer<typeof countRow>[]): TrialCounts {
  const of = (state: string) => rows.find(row => row.state === state)
  const n = (state: string) => of(state)?.n ?? 0
  return {
    running: n('running'),
    finished: n('finished'),
    failed: n('failed'),
    cached: of('finished')?.cached ?? 0,
  }
}

/** @throws StoreError that names the first trial that is not there. */
async function assertNoneMissing(query: Query, file: string): Promise<void> {
  const numbers = await query('SELECT DISTINCT number FROM trials ORDER BY number', row =>
    z.object({ number: z.number() }).parse(row),
  )
  const gap = numbers.findIndex(({ number }, i) => number !== i)
  const reason = gap < 0 ? 'trials do not add up' : `trial ${gap} is missing`
  throw damaged(file, reason, repairAdvice(file))
}
