import type { Front } from '../front.js'
import { endOf, type History, rowAt } from '../history.js'
import type { CostName, HistoryRow } from '../history-row.js'
import type { Listing } from './listing.js'
import type { Filter, Sort } from './ui.js'

/** Which trials are listed, and in which order. */
export interface OrderSpec {
  readonly sort: Sort
  readonly reversed: boolean
  readonly filter: Filter
  readonly query: string
  readonly cost: CostName
}

/** Places in the history, in the order of the list; good until it is asked for again. */
export type Ordering = (history: History, front: Front, spec: OrderSpec) => Listing

interface Entry {
  readonly place: number
  readonly value: number
}

interface Memo {
  readonly spec: string
  readonly gone: number
  readonly front: Front | null
  readonly entries: Entry[]
  end: number
}

/** Beyond so many new rows all are sorted at once. */
const FEW = 64

/**
 * An ordering that remembers its last answer: rows that are new since then are put in their places, so that a list of
 * 100,000 trials can be kept in order at every frame.
 */
export function createOrdering(): Ordering {
  let memo: Memo | null = null
  return (history, front, spec) => {
    const key = JSON.stringify(spec)
    const depends = spec.filter === 'front' ? front : null
    if (memo === null || memo.spec !== key || memo.gone !== history.gone || memo.front !== depends)
      memo = { spec: key, gone: history.gone, front: depends, entries: [], end: history.gone }
    const isListed = listed(spec, front)
    const before = comparison(spec)
    const fresh: Entry[] = []
    for (let place = memo.end; place < endOf(history); place++) {
      const row = rowAt(history, place)
      if (row !== null && isListed(row)) fresh.push({ place, value: rankOf(row, place, spec) })
    }
    memo.end = endOf(history)
    if (fresh.length > FEW) {
      memo.entries.push(...fresh)
      memo.entries.sort(before)
    } else for (const entry of fresh) memo.entries.splice(placeFor(entry, memo.entries, before), 0, entry)
    const { entries } = memo
    return {
      length: entries.length,
      at: position => entries[position]?.place ?? null,
      positionOf: wanted => entries.findIndex(({ place }) => place === wanted),
      start: 'first',
    }
  }
}

function listed({ filter, query }: OrderSpec, front: Front): (row: HistoryRow) => boolean {
  const trials = new Set(front.map(({ trial }) => trial))
  const wanted = query.toLowerCase()
  return row => {
    if (filter === 'front' ? !trials.has(row.trial) : filter !== 'all' && row.outcome !== filter) return false
    return wanted === '' || `#${row.trial} ${row.outcome} ${row.reason}`.toLowerCase().includes(wanted)
  }
}

/** Larger ones first; but cheaper and, of trials as long as the rest goes, quicker ones. */
function rankOf(row: HistoryRow, place: number, { sort, cost }: OrderSpec): number {
  switch (sort) {
    case 'number':
      return place
    case 'val':
      return row.score
    case 'reward':
      return row.reward
    case 'cost':
      return -row.costs[cost]
    case 'time':
      return row.elapsedMs
  }
}

/** What has no value comes last either way; of equals the newer is first. */
function comparison({ reversed }: OrderSpec): (a: Entry, b: Entry) => number {
  const sign = reversed ? -1 : 1
  return (a, b) => {
    const [x, y] = [Number.isNaN(a.value), Number.isNaN(b.value)]
    if (x || y) return x && y ? b.place - a.place : x ? 1 : -1
    return sign * (b.value - a.value) || b.place - a.place
  }
}

function placeFor(entry: Entry, entries: readonly Entry[], compare: (a: Entry, b: Entry) => number): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(entry, entries[middle]!) < 0) high = middle
    else low = middle + 1
  }
  return low
}
