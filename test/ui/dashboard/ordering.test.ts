import { expect, it } from 'vitest'
import { randomStream } from '../../../src/random.js'
import { createOrdering, type OrderSpec } from '../../../src/ui/dashboard/ordering.js'
import { filters, sorts } from '../../../src/ui/dashboard/ui.js'
import { endOf, rowAt } from '../../../src/ui/history.js'
import type { HistoryRow } from '../../../src/ui/history-row.js'
import { emptyView, type RunView, reduce } from '../../../src/ui/state.js'
import { evaluation, started, told } from '../events.js'

const random = randomStream(3, 0, 'ordering').uniform

/** Scores, costs and times with many equals; some fail, some are cached. */
function trial(number: number): ReturnType<typeof told> {
  const pick = random()
  const event = told(
    number,
    pick < 0.2
      ? { kind: 'failed', reason: pick < 0.1 ? 'out of memory' : 'the loss is not a number' }
      : {
          kind: 'finished',
          evaluation: evaluation(Math.floor(random() * 8) / 8, 1000 * Math.floor(random() * 8)),
          reward: Math.floor(random() * 5),
          cachedFrom: pick < 0.3 ? 0 : null,
        },
  )
  return { ...event, elapsedMs: Math.floor(random() * 6) }
}

const keys = {
  number: row => row.trial,
  val: row => row.score,
  reward: row => row.reward,
  cost: row => -row.costs.macs,
  time: row => row.elapsedMs,
} as const satisfies Record<OrderSpec['sort'], (row: HistoryRow) => number>

/** Everything filtered and sorted anew. */
function slow({ history, fronts }: RunView, { sort, reversed, filter, query }: OrderSpec): number[] {
  const front = new Set(fronts.macs?.map(point => point.trial))
  return Array.from({ length: endOf(history) }, (_, place) => rowAt(history, place)!)
    .filter(row => (filter === 'front' ? front.has(row.trial) : filter === 'all' || row.outcome === filter))
    .filter(row => query === '' || row.reason.includes(query))
    .sort((a, b) => {
      const [x, y] = [keys[sort](a), keys[sort](b)]
      if (Number.isNaN(x) || Number.isNaN(y))
        return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || b.trial - a.trial
      return (reversed ? x - y : y - x) || b.trial - a.trial
    })
    .map(row => row.trial)
}

it.each(sorts.flatMap(sort => filters.map(filter => ({ sort, filter }))))(
  'by $sort of $filter is that of sorting all anew, while trials come',
  ({ sort, filter }) => {
    for (const [reversed, query] of [
      [false, ''],
      [true, 'memory'],
    ] as const) {
      const spec: OrderSpec = { sort, filter, reversed, query, cost: 'macs' }
      const order = createOrdering()
      let view = reduce(emptyView, started())
      for (let number = 0; number < 400; number++) {
        view = reduce(view, trial(number))
        // One at a time, then many at once.
        if (number % 9 !== 0 && number % 300 < 200) continue
        const listing = order(view.history, view.fronts.macs ?? [], spec)
        const listed = Array.from({ length: listing.length }, (_, i) => listing.at(i))
        expect(listed).toEqual(slow(view, spec))
        for (const [i, place] of listed.slice(0, 5).entries()) expect(listing.positionOf(place!)).toBe(i)
      }
    }
  },
)
