import { stringify } from 'csv-stringify/sync'
import { decisionKinds } from '../../compress/policy.js'
import type { RecordPages, TrialRecord } from '../../search/trial-record.js'

/** One cell of a table; null is an empty one. */
type Cell = string | number | null

/**
 * Trials as CSV (RFC 4180) with a header, one a row. What was decided, and what it costs, have a column each
 * (`keep.conv1`, `cost.macs`), as has what each rung and the finals made of a trial; times are ISO 8601 in UTC. Reads the
 * trials twice, the first time for the columns.
 */
export async function* trialsToCsv(pages: RecordPages): AsyncGenerator<string> {
  const found = new Set<string>()
  for await (const page of pages())
    for (const record of page) for (const column of cellsOf(record).keys()) found.add(column)
  const groups = ['', 'cost', 'rung', 'final', ...decisionKinds]
  const groupOf = (column: string) => groups.indexOf(/^([a-zA-Z]+)\d*\./.exec(column)?.[1] ?? '')
  // A stable sort: within a group, columns stand in the order in which trials brought them.
  const columns = [...found].sort((a, b) => groupOf(a) - groupOf(b))
  yield stringify([columns])
  for await (const page of pages())
    yield stringify(page.map(cellsOf).map(row => columns.map(column => row.get(column) ?? null)))
}

function cellsOf(record: TrialRecord): ReadonlyMap<string, Cell> {
  const { evaluation, policy } = record
  const score = evaluation?.scores.val
  return new Map<string, Cell>([
    ['number', record.number],
    ['state', record.state],
    ['reason', record.reason],
    ['cached_from', record.cachedFrom],
    ['reward', record.reward],
    ['metric', score?.metric ?? null],
    ['score', score?.score ?? null],
    ['loss', score?.loss ?? null],
    ['chosen', record.chosen ? 1 : 0],
    ['begun_at', isoTime(record.begunAt)],
    ['told_at', isoTime(record.toldAt)],
    ['elapsed_ms', record.elapsedMs],
    ['noise', record.agent?.noise ?? null],
    ['critic_loss', record.agent?.criticLoss ?? null],
    ['actor_loss', record.agent?.actorLoss ?? null],
    ['policy_hash', record.policyHash],
    ...Object.entries(evaluation?.cost ?? {}).map(([kind, value]): [string, Cell] => [`cost.${kind}`, value]),
    ...record.rungs.flatMap(({ rung, steps, state, reward, evaluation }): [string, Cell][] => [
      [`rung${rung}.steps`, steps],
      [`rung${rung}.state`, state],
      [`rung${rung}.reward`, reward],
      [`rung${rung}.score`, evaluation?.scores.val?.score ?? null],
    ]),
    ['final.score', record.final?.scores.val?.score ?? null],
    ...decisionKinds.flatMap(kind =>
      Object.entries(policy[kind] ?? {}).map(([name, value]): [string, Cell] => [`${kind}.${name}`, value]),
    ),
  ])
}

function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
