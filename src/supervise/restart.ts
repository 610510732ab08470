import type { Death, Health, Report } from './messages.js'

/** What a supervisor knows of its job and those before it. Only deaths that it saw itself count. */
export interface Standing {
  /** Tasks under way, with their names for people. */
  readonly underWay: ReadonlyMap<string, string>
  /** Tasks that were under way at a death and have not ended since: at how many. */
  readonly suspects: ReadonlyMap<string, number>
  readonly verdicts: ReadonlyMap<string, string>
  /** Deaths that no job has recorded. */
  readonly unrecorded: readonly Death[]
  /** The task that the job said does not answer. */
  readonly hung: { readonly task: string; readonly reason: string } | null
  /** Deaths since a task last ended. */
  readonly barren: number
}

export const fresh: Standing = {
  underWay: new Map(),
  suspects: new Map(),
  verdicts: new Map(),
  unrecorded: [],
  hung: null,
  barren: 0,
}

/** Deaths without any task's end after which a run is given up. */
export const MOST_DEATHS = 6

/** Deaths that a task may be alone with or under suspicion at: the second one, alone, is its own. */
const FATAL = 2

const FIRST_WAIT = 500
const LONGEST_WAIT = 30_000

/** What to do about a death. */
export type Next =
  | { readonly kind: 'restart'; readonly standing: Standing; readonly waitMs: number }
  | { readonly kind: 'give-up'; readonly reason: string }

/** The standing after a report of the job. */
export function afterReport(standing: Standing, report: Report): Standing {
  switch (report.kind) {
    case 'begun': {
      const underWay = new Map(standing.underWay).set(report.task, report.what)
      // With the first task that it hands out, a job records the deaths before it.
      return { ...standing, underWay, unrecorded: [] }
    }
    case 'done':
      return {
        ...standing,
        underWay: without(standing.underWay, report.task),
        suspects: without(standing.suspects, report.task),
        barren: 0,
      }
    case 'hung':
      return { ...standing, hung: { task: report.task, reason: report.reason } }
    case 'ready':
    case 'ended':
      return standing
  }
}

/**
 * What to do when the job has died: start it again, at once for the first time, and after twice as long each time that
 * it dies without any result, until it is given up. A task that was under way alone at its second death is not tried
 * again; one that did not answer is neither, and its neighbours are not suspected.
 * @param at ms since the epoch
 */
export function afterDeath(standing: Standing, reason: string, at: number): Next {
  const { underWay, hung } = standing
  const names = [...underWay.values()]
  if (hung !== null) {
    const during = underWay.get(hung.task)
    return restart(standing, { at, reason: hung.reason, during: during === undefined ? [] : [during] }, 0, {
      verdicts: new Map(standing.verdicts).set(hung.task, hung.reason),
      suspects: without(standing.suspects, hung.task),
    })
  }
  const barren = standing.barren + 1
  if (barren >= MOST_DEATHS) {
    const during = names.length === 0 ? '' : ` during ${names.join(', ')}`
    return { kind: 'give-up', reason: `died ${barren} times in a row, the last time of ${reason}${during}` }
  }
  const suspects = new Map(standing.suspects)
  for (const task of underWay.keys()) suspects.set(task, (suspects.get(task) ?? 0) + 1)
  const verdicts = new Map(standing.verdicts)
  const [only] = underWay.keys()
  if (only !== undefined && underWay.size === 1 && suspects.get(only)! >= FATAL) {
    verdicts.set(only, `killed the process ${suspects.get(only)} times, the last time by ${reason}`)
    suspects.delete(only)
  }
  const waitMs = barren === 1 ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (barren - 2))
  return restart(standing, { at, reason, during: names }, waitMs, { suspects, verdicts, barren })
}

/** What the next job is to know. */
export function healthOf({ unrecorded, suspects, verdicts }: Standing): Health {
  return {
    deaths: [...unrecorded],
    suspects: [...suspects.keys()],
    verdicts: [...verdicts].map(([task, reason]) => ({ task, reason })),
  }
}

function restart(standing: Standing, death: Death, waitMs: number, change: Partial<Standing>): Next {
  const unrecorded = [...standing.unrecorded, death]
  return {
    kind: 'restart',
    waitMs,
    standing: { ...standing, ...change, unrecorded, underWay: new Map(), hung: null },
  }
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}
