import * as z from 'zod'
import type { TrialOrder, TrialViews } from '../search/trial-views.js'
import type { Query } from './query.js'
import { readTrial } from './rows.js'

const EVALUATED = "state = 'finished' AND cached_from IS NULL"

export function trialViewsOf(query: Query): TrialViews {
  return {
    page({ by, descending, offset, limit }) {
      const order = descending ? `${column(by)} DESC, number` : `${column(by)}, number DESC`
      // Only numbers are sorted, not whole rows.
      const ids = `SELECT id FROM trials WHERE ${EVALUATED} ORDER BY ${order} LIMIT ? OFFSET ?`
      return query(`SELECT * FROM trials WHERE id IN (${ids}) ORDER BY ${order}`, readTrial, [limit, offset])
    },
    async curve(points) {
      const [most] = await query('SELECT max(number) AS number FROM trials', row => mostRow.parse(row).number)
      const width = Math.max(1, Math.ceil(((most ?? 0) + 1) / points))
      const sql =
        "SELECT max(number) AS trial, avg(reward) AS mean, max(reward) AS best FROM trials WHERE state = 'finished' GROUP BY number / ? ORDER BY 1"
      const stretches = await query(sql, row => curveRow.parse(row), [width])
      let best = Number.NEGATIVE_INFINITY
      return stretches.map(stretch => {
        best = Math.max(best, stretch.best)
        return { ...stretch, best }
      })
    },
    improvements: () =>
      query(
        `SELECT number AS trial, reward FROM (
           SELECT number, reward, min(number) OVER (ORDER BY reward DESC, number ROWS UNBOUNDED PRECEDING) AS first
           FROM trials WHERE ${EVALUATED}
         ) WHERE number = first ORDER BY number`,
        row => improvementRow.parse(row),
      ),
  }
}

/** Runs older than the choice of a metric have top-1 accuracy; those older than bits have no size but that of the file. */
function column(by: TrialOrder): string {
  switch (by) {
    case 'reward':
      return 'reward'
    case 'score':
      return "coalesce(json_extract(evaluation, '$.scores.val.score'), json_extract(evaluation, '$.scores.val.top1'))"
    case 'size':
      return "coalesce(json_extract(evaluation, '$.cost.size'), json_extract(evaluation, '$.cost.bytes'))"
    case 'macs':
    case 'params':
    case 'bitops':
    case 'latency':
    case 'energy':
      return `json_extract(evaluation, '$.cost.${by}')`
  }
}

const mostRow = z.object({ number: z.number().nullable() })
const curveRow = z.object({ trial: z.number(), mean: z.number(), best: z.number() })
const improvementRow = z.object({ trial: z.number(), reward: z.number() })
