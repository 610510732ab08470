import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Random, randomStream } from '../../src/random.js'
import type { RunEvent } from '../../src/search/events.js'
import { standingOf } from '../../src/search/ladder.js'
import { leaderOf } from '../../src/search/leader.js'
import { trialPages } from '../../src/search/run-store.js'
import type { Trial } from '../../src/search/trial.js'
import { openDatabase } from '../../src/store/database.js'
import { overviewOf } from '../../src/store/overview.js'
import { queryOf } from '../../src/store/query.js'
import { openRunReader } from '../../src/store/run-reader.js'
import { openRunStore } from '../../src/store/sqlite-run-store.js'
import { slowOverview } from '../fixtures/slow-overview.js'
import { begunTrial, storedDefinition, writeStoredRun } from '../fixtures/stored-run.js'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-overview-'))
  file = join(folder, 'run.sqlite')
})

afterEach(() => rmSync(folder, { recursive: true }))

/** Rewards of few values, so that many are equal. */
function told(number: number, random: Random): Trial {
  const begun = begunTrial(number)
  if (random.below(5) === 0) return { ...begun, state: { kind: 'failed', reason: 'it broke' } }
  const score = random.below(8) / 8
  const val = { metric: 'top1', score, top1: score, loss: 1, n: 10 }
  const macs = random.below(6)
  const cost = { macs, params: 1, bytes: 10 - macs, size: 10 - macs, bitops: 1 }
  const cachedFrom = number > 0 && random.below(4) === 0 ? random.below(number) : null
  const evaluation = { scores: { val }, cost }
  return { ...begun, state: { kind: 'finished', evaluation, reward: score, cachedFrom } }
}

/** Writes a run that several processes worked on, of which some died. */
async function writeRandomRun(seed: number): Promise<void> {
  const random = randomStream(seed, 0, 'run')
  const [trials, inFlight] = [random.below(40), 1 + random.below(4)]
  let store = await openRunStore(file, storedDefinition)
  let at = 1000
  const time = () => {
    at += random.below(100)
    return at
  }
  const begin = (number: number) => ({
    begun: [begunTrial(number)],
    events: [{ at: time(), type: 'trial-begun', trial: number, policy: begunTrial(number).policy } as const],
  })
  for (let number = 0; number < Math.min(inFlight, trials); number++) await store.advance(begin(number))
  const last = random.below(4) === 0 ? trials : random.below(trials + 1)
  for (let number = 0; number < last; number++) {
    const { begun = [], events = [] } = number + inFlight < trials ? begin(number + inFlight) : {}
    const trial = told(number, random)
    const event: RunEvent = {
      ...{ at: time(), type: 'trial-told', trial: number, policy: trial.policy, state: trial.state },
      ...{ agent: { phase: 'learning' }, elapsedMs: 3, worker: 0 },
    }
    await store.advance({ told: trial, begun, events: [event, ...events] })
    if (random.below(6) > 0) continue
    await store.close()
    store = await openRunStore(file, null)
    if (random.below(2) === 0) await store.recover()
    await store.advance({ events: [{ ...started, at: time() }] })
  }
  for (const rung of [1, 2])
    for (let number = 0; number < last; number++)
      if (random.below(8) === 0)
        await store.advance({ climb: { trial: number, rung, steps: 5, state: told(number, random).state } })
  await store.advance({ events: [{ at: time(), type: 'run-ended', outcome: 'interrupted', message: '' }] })
  await store.close()
}

const started: Extract<RunEvent, { type: 'run-started' }> = {
  ...{ at: 0, type: 'run-started', run: 'a', model: 'b', agent: 'random', backend: 'wasm', seed: 1 },
  ...{ trials: 40, finalists: 1, workers: 1, budgets: [], groups: [], resumed: true },
}

/** As an older pare has left it: with no index to look anything up in. */
async function dropIndexes(): Promise<void> {
  const db = await openDatabase(file, 'write')
  await db.exec('DROP INDEX trials_by_reward; DROP INDEX events_by_type')
  await db.close()
}

describe.each([
  ['with its indexes', async () => {}],
  ['of an older pare', dropIndexes],
])('a run %s', (_, prepare) => {
  it.each([1, 2, 3, 4, 5, 6])('tells what all of its rows tell (%i)', async seed => {
    await writeRandomRun(seed)
    await prepare()
    const reader = await openRunReader(file)
    const [trials, { events }] = [await reader.trials(), await reader.events(0)]
    const slow = slowOverview(
      () => trials,
      () => events,
    )
    expect(await reader.counts()).toEqual(await slow.counts())
    expect(await reader.milestones()).toEqual(await slow.milestones())
    expect(await reader.workedMs()).toBe(await slow.workedMs())
    for (const limit of [0, 1, 3, 100]) expect(await reader.best(limit)).toEqual(await slow.best(limit))
    for (const number of [0, 7, 39, 40]) expect(await reader.trial(number)).toEqual(await slow.trial(number))
    expect(await reader.trialsFrom(3, 5)).toEqual(trials.slice(3, 8))
    expect(await reader.trialEvents(3, 9)).toEqual(await slow.trialEvents(3, 9))
    const leader = standingOf(trials, await reader.climbs())[0] ?? null
    expect(await leaderOf(reader)).toEqual(leader)
    const pages: Trial[] = []
    for await (const page of trialPages(reader)) pages.push(...page)
    expect(pages).toEqual(trials)
    let [after, read] = [0, 0]
    do {
      const part = await reader.events(after, 3)
      expect(part.events).toEqual(events.slice(read, read + 3))
      read += part.events.length
      after = part.last
    } while (read < events.length)
    await reader.close()
  })

  it('says which trial is missing', async () => {
    await writeRandomRun(4)
    await prepare()
    const db = await openDatabase(file, 'write')
    await db.exec('DELETE FROM trials WHERE number = 2')
    await db.close()
    const reader = await openRunReader(file)
    for (const read of [() => reader.counts(), () => reader.trials(), () => reader.trialsFrom(1, 4)])
      await expect(read()).rejects.toThrow(/run.sqlite: damaged \(trial 2 is missing\); .*pare repair/)
    await reader.close()
  })
})

it('counts one moment of a run that grows meanwhile', async () => {
  await writeStoredRun(file, 0)
  const store = await openRunStore(file, null)
  const reader = await openRunReader(file)
  let isGrowing = true
  const growing = (async () => {
    for (let number = 3; number < 120; number++) await store.advance({ begun: [begunTrial(number)] })
    isGrowing = false
  })()
  let before = 0
  while (isGrowing) {
    const { running } = await reader.counts()
    expect(running).toBeGreaterThanOrEqual(before)
    before = running
  }
  await growing
  expect((await reader.counts()).running).toBe(120)
  await reader.close()
  await store.close()
})

it('reads no table through where an index answers', async () => {
  await writeRandomRun(1)
  const db = await openDatabase(file, 'read')
  const plans: string[] = []
  const explained = queryOf(
    {
      ...db,
      async all(sql, parameters) {
        for (const row of await db.all(`EXPLAIN QUERY PLAN ${sql}`, parameters))
          plans.push(String(Object.values(row ?? {}).at(-1)))
        return db.all(sql, parameters)
      },
    },
    file,
  )
  const overview = overviewOf(explained, file)
  await overview.counts()
  await overview.best(3)
  await overview.trial(1)
  await overview.milestones()
  await db.close()
  expect(plans.length).toBeGreaterThan(4)
  const through = plans.filter(plan => /^SCAN (trials|events)(?!.*(USING|COVERING))/.test(plan))
  expect(through).toEqual([])
})
