import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { policyHash } from '../../src/search/policy.js'
import type { Trial } from '../../src/search/trial.js'
import { openDatabase } from '../../src/store/database.js'
import { StoreError } from '../../src/store/failure.js'
import { openRunReader } from '../../src/store/run-reader.js'
import { openRunStore } from '../../src/store/sqlite-run-store.js'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-store-'))
  file = join(folder, 'run.sqlite')
})

afterEach(() => rmSync(folder, { recursive: true }))

function trialOf(number: number): Trial {
  const policy = { keep: { a: number + 1, b: 3 } }
  return {
    number,
    policy,
    policyHash: policyHash(policy),
    trajectory: [{ observation: [0.1, 1 / 3], low: 0.1, middle: 0.5, high: 1, action: 0.30000000000000004 }],
    state: { kind: 'running' },
  }
}

const evaluation = {
  scores: { val: { metric: 'top1', score: 0.9065, top1: 0.9065, loss: 0.1 + 0.2, n: 2000 } },
  cost: { macs: 123, params: 45, size: 0, bitops: 0, bytes: 678 },
}

const finished = (number: number): Trial => ({
  ...trialOf(number),
  state: { kind: 'finished', evaluation, reward: 0.9065, cachedFrom: null },
})

describe('a run', () => {
  it('comes back as it was written, to the last bit', async () => {
    const store = await openRunStore(file, { a: 1 })
    const state = { numbers: { x: Math.PI }, arrays: { w: Float32Array.from([0.1, -0, 1e-40]) } }
    await store.advance({ begun: [trialOf(0), trialOf(1)] })
    await store.advance({
      told: finished(0),
      begun: [trialOf(2)],
      checkpoint: state,
      events: [{ at: 1, type: 'preparing', step: 'x' }],
    })
    await store.advance({ told: { ...trialOf(1), state: { kind: 'failed', reason: 'it broke' } } })
    await store.advance({
      finalist: { trial: 0, before: evaluation, after: evaluation, file: 'models/trial-0.onnx' },
    })
    const climbs = [
      { trial: 0, rung: 1, steps: 16, state: finished(0).state },
      { trial: 1, rung: 1, steps: 16, state: { kind: 'failed', reason: 'it diverged' } as const },
    ]
    for (const climb of climbs.toReversed()) await store.advance({ climb })
    await store.close()
    const reader = await openRunReader(file)
    expect(await reader.climbs()).toEqual(climbs)
    expect(reader.definition).toEqual({ a: 1 })
    expect(await reader.trials()).toEqual([
      finished(0),
      { ...trialOf(1), state: { kind: 'failed', reason: 'it broke' } },
      trialOf(2),
    ])
    expect(await reader.checkpoint()).toEqual({ trial: 0, state })
    expect(await reader.finalists()).toEqual([
      { trial: 0, before: evaluation, after: evaluation, file: 'models/trial-0.onnx' },
    ])
    expect(await reader.events(0)).toEqual({ events: [{ at: 1, type: 'preparing', step: 'x' }], last: 1 })
    expect(await reader.events(1)).toEqual({ events: [], last: 1 })
    await reader.close()
  })

  it('tells its events by the page', async () => {
    const store = await openRunStore(file, {})
    await store.advance({ events: ['x', 'y', 'z'].map(step => ({ at: 2, type: 'preparing', step })) })
    expect(await store.events(0, 2)).toMatchObject({ events: [{ step: 'x' }, { step: 'y' }], last: 2 })
    expect(await store.events(2, 2)).toMatchObject({ events: [{ step: 'z' }], last: 3 })
    await store.close()
  })

  it('takes a commit whole or not at all', async () => {
    const store = await openRunStore(file, {})
    await store.advance({ begun: [trialOf(0)] })
    // A trial that is told as still running is a mistake of the caller, noticed in the middle of the commit.
    await expect(store.advance({ begun: [trialOf(1)], told: trialOf(0) })).rejects.toThrow('still running')
    expect(await store.trials()).toEqual([trialOf(0)])
    await store.advance({ told: finished(0) })
    expect(await store.trials()).toEqual([finished(0)])
    await store.close()
  })

  it('begins lost trials again with the same policy, and keeps the lost rows', async () => {
    const store = await openRunStore(file, {})
    await store.advance({ begun: [trialOf(0), trialOf(1)] })
    await store.advance({ told: finished(0) })
    await store.close()
    const again = await openRunStore(file, null)
    await again.recover()
    expect(await again.trials()).toEqual([finished(0), trialOf(1)])
    await again.close()
    const db = await openDatabase(file, 'read')
    expect(await db.all('SELECT number, state, retry_of FROM trials ORDER BY id')).toEqual([
      { number: 0, state: 'finished', retry_of: null },
      { number: 1, state: 'interrupted', retry_of: null },
      { number: 1, state: 'running', retry_of: 2 },
    ])
    await db.close()
  })

  it('has one owner, and any number of readers meanwhile', async () => {
    const store = await openRunStore(file, {})
    await expect(openRunStore(file, null)).rejects.toThrow(`process ${process.pid}`)
    const reader = await openRunReader(file)
    await store.advance({ begun: [trialOf(0)] })
    expect(await reader.trials()).toHaveLength(1)
    await reader.close()
    await store.close()
    await (await openRunStore(file, null)).close()
  })
})

describe('a file that is no run', () => {
  it.each([
    ['text', () => writeFileSync(file, 'hello, this is no database at all, only text that is long enough')],
    ['empty', () => writeFileSync(file, '')],
    ['missing', () => {}],
  ])('%s is refused with its path', async (_, make) => {
    make()
    await expect(openRunReader(file)).rejects.toThrow(StoreError)
    await expect(openRunReader(file)).rejects.toThrow(file)
  })

  it('another program’s database is left alone', async () => {
    const db = await openDatabase(file, 'create')
    await db.exec('CREATE TABLE theirs (x)')
    await db.close()
    const before = readFileSync(file)
    await expect(openRunStore(file, {})).rejects.toThrow("another program's")
    await expect(openRunReader(file)).rejects.toThrow("another program's")
    expect(readFileSync(file).subarray(100)).toEqual(before.subarray(100))
  })

  it('a database of a newer version is refused', async () => {
    await (await openRunStore(file, {})).close()
    const db = await openDatabase(file, 'write')
    await db.exec('PRAGMA user_version = 99')
    await db.close()
    await expect(openRunStore(file, null)).rejects.toThrow('newer pare')
  })

  it('a database cut short is refused', async () => {
    await (await openRunStore(file, {})).close()
    truncateSync(file, 5000)
    await expect(openRunReader(file).then(reader => reader.trials())).rejects.toThrow()
  })
})
