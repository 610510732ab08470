import { type Chunk, chunkRows, packed, unpacked } from './history-chunk.js'
import type { CostName, HistoryRow } from './history-row.js'

/**
 * All told trials in the order of telling. Rows are packed by the chunk, so that 100,000 of them take some MiB and one
 * more costs little; beyond `maxRows` the oldest go, and beyond `policyBytes` their policies.
 */
export interface History {
  readonly chunks: readonly Chunk[]
  /** The newest rows, not packed yet. */
  readonly tail: readonly HistoryRow[]
  /** Rows that are gone: the place of the first one kept. */
  readonly gone: number
}

export const maxRows = 2 ** 17
const policyBytes = 16 * 2 ** 20

export const emptyHistory: History = { chunks: [], tail: [], gone: 0 }

/** The history with one more row. */
export function withRow({ chunks, tail, gone }: History, row: HistoryRow): History {
  const rows = [...tail, row]
  if (rows.length < chunkRows) return { chunks, tail: rows, gone }
  const most = Math.max(1, Math.floor(policyBytes / Math.max(1, (row.values?.length ?? 0) * 2 * chunkRows)))
  const all = [...chunks, packed(rows)]
  const kept = all.slice(-maxRows / chunkRows)
  const slim = kept.map((chunk, i) =>
    chunk.values !== null && i < kept.length - most ? { ...chunk, values: null } : chunk,
  )
  return { chunks: slim, tail: [], gone: gone + (all.length - kept.length) * chunkRows }
}

/** The place behind the newest row; rows are at places from `gone` up to it. */
export function endOf({ chunks, tail, gone }: History): number {
  return gone + chunks.length * chunkRows + tail.length
}

/** The row at a place; null where there is none. */
export function rowAt({ chunks, tail, gone }: History, place: number): HistoryRow | null {
  const at = place - gone
  if (at < 0) return null
  const chunk = chunks[Math.floor(at / chunkRows)]
  return chunk === undefined
    ? (tail[at - chunks.length * chunkRows] ?? null)
    : unpacked(chunk, at % chunkRows)
}

/** Calls `take` with one of the costs and the score of every row that has both. */
export function eachScored(
  { chunks, tail }: History,
  cost: CostName,
  take: (cost: number, score: number) => void,
): void {
  const see = (value: number, score: number) => {
    if (Number.isFinite(value) && Number.isFinite(score)) take(value, score)
  }
  for (const { numbers, costs } of chunks)
    for (let i = 0; i < chunkRows; i++) see(costs[cost][i]!, numbers.score[i]!)
  for (const { score, costs } of tail) see(costs[cost], score)
}
