import { type CostName, type HistoryRow, outcomes } from './history-row.js'

/** Rows of a chunk. */
export const chunkRows = 256

type NumberName = 'trial' | 'score' | 'loss' | 'reward' | 'elapsedMs' | 'at' | 'worker' | 'cachedFrom'

/** `chunkRows` rows, by column. */
export interface Chunk {
  readonly outcomes: Uint8Array
  readonly numbers: Readonly<Record<NumberName, Float64Array>>
  readonly costs: Readonly<Record<CostName, Float64Array>>
  /** By row of the chunk. */
  readonly reasons: ReadonlyMap<number, string>
  /** Row by row; null where they are not kept. */
  readonly values: Uint16Array | null
}

/** @param rows exactly `chunkRows` */
export function packed(rows: readonly HistoryRow[]): Chunk {
  const column = (name: NumberName) => Float64Array.from(rows, row => row[name])
  const costs = (name: CostName) => Float64Array.from(rows, row => row.costs[name])
  return {
    outcomes: Uint8Array.from(rows, ({ outcome }) => outcomes.indexOf(outcome)),
    numbers: {
      trial: column('trial'),
      score: column('score'),
      loss: column('loss'),
      reward: column('reward'),
      elapsedMs: column('elapsedMs'),
      at: column('at'),
      worker: column('worker'),
      cachedFrom: column('cachedFrom'),
    },
    costs: {
      macs: costs('macs'),
      params: costs('params'),
      size: costs('size'),
      bitops: costs('bitops'),
      latency: costs('latency'),
      energy: costs('energy'),
      bytes: costs('bytes'),
    },
    reasons: new Map(rows.flatMap(({ reason }, i) => (reason === '' ? [] : [[i, reason]]))),
    values: packedValues(rows),
  }
}

/** Null where rows do not decide the same sites. */
function packedValues(rows: readonly HistoryRow[]): Uint16Array | null {
  const sites = rows[0]?.values?.length ?? 0
  if (sites === 0 || rows.some(({ values }) => values?.length !== sites)) return null
  const all = new Uint16Array(rows.length * sites)
  rows.forEach(({ values }, i) => {
    all.set(values!, i * sites)
  })
  return all
}

export function unpacked(chunk: Chunk, i: number): HistoryRow {
  const { numbers, costs, values } = chunk
  const sites = (values?.length ?? 0) / chunkRows
  const number = (name: NumberName) => numbers[name][i]!
  const cost = (name: CostName) => costs[name][i]!
  return {
    trial: number('trial'),
    outcome: outcomes[chunk.outcomes[i]!]!,
    score: number('score'),
    loss: number('loss'),
    reward: number('reward'),
    elapsedMs: number('elapsedMs'),
    at: number('at'),
    worker: number('worker'),
    cachedFrom: number('cachedFrom'),
    costs: {
      macs: cost('macs'),
      params: cost('params'),
      size: cost('size'),
      bitops: cost('bitops'),
      latency: cost('latency'),
      energy: cost('energy'),
      bytes: cost('bytes'),
    },
    reason: chunk.reasons.get(i) ?? '',
    values: values === null ? null : values.subarray(i * sites, (i + 1) * sites),
  }
}
