import { describe, expect, it } from 'vitest'
import {
  eachScored,
  emptyHistory,
  endOf,
  type History,
  maxRows,
  rowAt,
  withRow,
} from '../../src/ui/history.js'
import { decidedAt, type HistoryRow, valuesOf } from '../../src/ui/history-row.js'

const sites = [
  { kind: 'keep', name: 'conv', most: 64 },
  { kind: 'weightBits', name: 'conv', most: 8 },
] as const

function row(trial: number, sitesMore = 0): HistoryRow {
  const failed = trial % 10 === 9
  const value = (x: number) => (failed ? Number.NaN : x)
  return {
    trial,
    outcome: failed ? 'failed' : trial % 10 === 4 ? 'cached' : 'finished',
    score: value(trial / 1e6),
    loss: value(1 / (trial + 1)),
    reward: value(-trial),
    elapsedMs: trial + 0.5,
    at: 1e12 + trial,
    worker: trial % 3,
    cachedFrom: Number.NaN,
    costs: {
      macs: value(trial * 1000),
      params: value(trial * 2),
      size: value(3),
      bitops: value(4e12),
      latency: Number.NaN,
      energy: Number.NaN,
      bytes: value(7),
    },
    reason: failed ? `reason ${trial}` : '',
    values: new Uint16Array(2 + sitesMore).fill(trial % 65_000),
  }
}

const fill = (count: number, sitesMore = 0) => {
  let history: History = emptyHistory
  for (let trial = 0; trial < count; trial++) history = withRow(history, row(trial, sitesMore))
  return history
}

describe('the history', () => {
  it('gives every row back as it was, packed or not', () => {
    const history = fill(700)
    expect(endOf(history)).toBe(700)
    for (let trial = 0; trial < 700; trial++) expect(rowAt(history, trial)).toEqual(row(trial))
    expect(rowAt(history, -1)).toBeNull()
    expect(rowAt(history, 700)).toBeNull()
  })

  it('leaves an older one as it is', () => {
    const old = fill(255)
    const next = withRow(withRow(old, row(255)), row(256))
    expect(endOf(old)).toBe(255)
    expect(rowAt(old, 255)).toBeNull()
    expect([endOf(next), rowAt(next, 255)?.trial, rowAt(next, 256)?.trial]).toEqual([257, 255, 256])
  })

  it('goes through all that have a score and the cost', () => {
    const seen: [number, number][] = []
    eachScored(fill(600), 'macs', (cost, score) => seen.push([cost, score]))
    const expected = Array.from({ length: 600 }, (_, i) => i).filter(i => i % 10 !== 9)
    expect(seen).toEqual(expected.map(i => [i * 1000, i / 1e6]))
    eachScored(fill(600), 'latency', () => expect.unreachable())
  })

  it('drops policies of old rows, then old rows', () => {
    const wide = fill(2560, 4000)
    expect(rowAt(wide, 0)?.values).toBeNull()
    expect(rowAt(wide, 2559)?.values).toEqual(row(2559, 4000).values)
    const long = fill(maxRows + 300)
    expect(long.gone).toBe(256)
    expect([rowAt(long, 255), rowAt(long, 256)?.trial]).toEqual([null, 256])
  })
})

it('policies are kept as numbers, site by site', () => {
  const values = valuesOf({ keep: { conv: 40 } }, sites)
  expect([decidedAt(values, 0), decidedAt(values, 1)]).toEqual([40, undefined])
  expect(decidedAt(null, 0)).toBeUndefined()
})
