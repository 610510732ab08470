import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Advance } from '../../src/search/run-store.js'
import { DiskError, StoreError } from '../../src/store/failure.js'
import { type OwnedRun, openRunStore } from '../../src/store/sqlite-run-store.js'
import { begunTrial, contentsOf, storedDefinition, toldTrial } from '../fixtures/stored-run.js'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-full-'))
  file = join(folder, 'run.sqlite')
})

afterEach(() => rmSync(folder, { recursive: true }))

const TRIALS = 6

/** What a run commits, one after the other. */
const steps: readonly Advance[] = [
  { begun: [begunTrial(0), begunTrial(1)] },
  ...Array.from(
    { length: TRIALS },
    (_, number): Advance => ({
      told: toldTrial(number),
      begun: number + 2 < TRIALS ? [begunTrial(number + 2)] : [],
      checkpoint: { numbers: { number }, arrays: { w: new Float32Array(2000).fill(number) } },
      events: [{ at: number, type: 'preparing', step: 'x'.repeat(700) }],
    }),
  ),
  { climb: { trial: 0, rung: 1, steps: 5, state: toldTrial(0).state } },
]

/** Makes the commits from one on, and says how many there are then. */
async function go(store: OwnedRun, from: number): Promise<number> {
  for (const step of steps.slice(from)) await store.advance(step)
  return steps.length
}

/** How many commits a run holds. */
async function commitsIn(): Promise<number> {
  const { trials, climbs } = await contentsOf(file)
  const told = trials.filter(({ state }) => state.kind !== 'running').length
  return trials.length === 0 ? 0 : 1 + told + climbs.length
}

/** Lets this process write no file beyond so many bytes while it works. */
async function limited<T>(bytes: number, work: () => Promise<T>): Promise<T> {
  const limit = (value: string) => {
    const { status, stderr } = spawnSync('prlimit', ['--pid', String(process.pid), `--fsize=${value}:`])
    if (status !== 0) throw new Error(String(stderr))
  }
  limit(String(bytes))
  try {
    return await work()
  } finally {
    limit('unlimited')
  }
}

const canLimit = spawnSync('prlimit', ['--version']).status === 0

it.skipIf(!canLimit)(
  'at any write, ends a commit in one line; what was committed is there, and the rest can follow',
  async () => {
    const store = await openRunStore(file, storedDefinition)
    await go(store, 0)
    const most = Math.max(...readdirSync(folder).map(name => statSync(join(folder, name)).size))
    await store.close()
    const whole = await contentsOf(file)
    const kept = new Set<number>()
    let failed = 0
    // Pages are of 4096 bytes, so that a write is cut at its start, within it, and behind it.
    for (let bytes = 0; bytes < most; bytes += 4096 + 1024) {
      for (const name of readdirSync(folder)) rmSync(join(folder, name))
      const failure = await limited(bytes, async () => {
        const store = await openRunStore(file, storedDefinition)
        await go(store, 0).finally(() => store.close())
      }).catch((error: unknown) => error)
      if (failure === undefined) continue
      failed++
      if (!(failure instanceof StoreError || failure instanceof DiskError)) throw failure
      expect(failure.message).toMatch(/^\S+run\.sqlite[.\w-]*: [^\n]+$/)
      // Nothing is left of a run that could not be set up.
      const again = await openRunStore(file, null).catch(() => openRunStore(file, storedDefinition))
      const commits = (await again.trials()).length === 0 ? 0 : await commitsIn()
      kept.add(commits)
      await go(again, commits)
      await again.close()
      expect(await contentsOf(file), `${bytes} bytes`).toEqual(whole)
    }
    expect(failed).toBeGreaterThan(30)
    expect(kept.size).toBeGreaterThan(4)
  },
)
