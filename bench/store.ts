/**
 * How a run's database bears many trials: the time of a commit on top of them, size, and the wall time of opening it, of
 * the queries of viewers, and of commands in processes of their own. All but the last trials are written in large
 * transactions; those are committed one by one, as a search does.
 *
 *   npx tsx bench/store.ts [--trials 1000] [--sites 12] [--folder FOLDER]
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { quantile } from 'simple-statistics'
import { policyHash } from '../src/search/policy.js'
import type { Advance } from '../src/search/run-store.js'
import type { Trial } from '../src/search/trial.js'
import { openDatabase } from '../src/store/database.js'
import { openRunReader } from '../src/store/run-reader.js'
import { openRunStore } from '../src/store/sqlite-run-store.js'
import { writeRows } from '../src/store/write-rows.js'
import { mainFile } from '../test/fixtures/cli.js'
import { storedDefinition } from '../test/fixtures/stored-run.js'

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '1000' },
    sites: { type: 'string', default: '12' },
    folder: { type: 'string', default: tmpdir() },
  },
})
const trials = Number(values.trials)
const sites = Number(values.sites)
const folder = mkdtempSync(join(values.folder, 'pare-store-'))
const run = join(folder, 'runs', 'many')
const file = join(run, 'run.sqlite')
mkdirSync(run, { recursive: true })

/** Trials that are committed one by one, and trials a transaction before them. */
const [SINGLE, BULK] = [500, 2000]

function begun(number: number): Trial {
  const keep = Object.fromEntries(
    Array.from({ length: sites }, (_, i) => [`layer${i}`, (number * 7 + i) % 64]),
  )
  const observation = Array.from({ length: 10 }, (_, i) => Math.sin(number + i))
  return {
    number,
    policy: { keep },
    policyHash: policyHash({ keep }),
    trajectory: Array.from({ length: sites }, () => ({
      observation,
      low: 0,
      middle: 0.5,
      high: 1,
      action: 0.25,
    })),
    state: { kind: 'running' },
  }
}

function told(number: number): Trial {
  const score = 0.5 + (number % 400) / 1000
  const val = { metric: 'top1', score, top1: score, loss: 1 - score, n: 1000 }
  const cost = { macs: 400, params: 300, bytes: 1300, size: 1300, bitops: 409_600 }
  const state = {
    kind: 'finished',
    evaluation: { scores: { val }, cost },
    reward: score,
    cachedFrom: null,
  } as const
  return { ...begun(number), state }
}

function advanceOf(at: number): Advance {
  const { policy, state } = told(at)
  const agent = { phase: 'learning', noise: 0.1 } as const
  const next = at + 1 < trials ? [begun(at + 1)] : []
  const begunEvents = next.map(({ policy }) => ({ at, type: 'trial-begun', trial: at + 1, policy }) as const)
  return {
    told: told(at),
    begun: next,
    events: [
      { at, type: 'trial-told', trial: at, policy, state, agent, elapsedMs: 9, worker: 0 },
      ...begunEvents,
    ],
  }
}

async function fill(): Promise<void> {
  await (await openRunStore(file, { ...storedDefinition, trials, inFlight: 1 })).close()
  const db = await openDatabase(file, 'write')
  await db.exec('PRAGMA synchronous = OFF')
  await writeRows(db, { begun: [begun(0)] })
  const bulk = Math.max(0, trials - SINGLE)
  for (let from = 0; from < bulk; from += BULK)
    await db.transaction(async () => {
      for (let number = from; number < Math.min(from + BULK, bulk); number++)
        await writeRows(db, advanceOf(number))
    })
  await db.close()
  await timed('open to write', async () => {
    const store = await openRunStore(file, null)
    await store.recover()
    return store
  }).then(async store => {
    const times: number[] = []
    for (let number = bulk; number < trials; number++) {
      const step = advanceOf(number)
      const start = performance.now()
      await store.advance(step)
      times.push(performance.now() - start)
    }
    const [median, p90] = [0.5, 0.9].map(share => quantile(times, share).toFixed(3))
    console.log(`a commit on top: median ${median} ms, p90 ${p90} ms (n ${times.length})`)
    await store.advance({ events: [{ at: trials, type: 'run-ended', outcome: 'interrupted', message: '' }] })
    await store.close()
  })
  console.log(`${(statSync(file).size / 2 ** 20).toFixed(1)} MiB`)
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  console.log(`${what}: ${(performance.now() - start).toFixed(1)} ms`)
  return result
}

async function read(): Promise<void> {
  const reader = await timed('open to read', () => openRunReader(file))
  await timed('counts by state', () => reader.counts())
  await timed('the best 100', () => reader.best(100))
  await timed('milestones', () => reader.milestones())
  await timed('newest 100 trials', () => reader.trialsFrom(Math.max(0, trials - 100), 100))
  await reader.close()
}

/** Seconds until a command has ended, or has written its first byte to either stream. */
function command(args: readonly string[], until: 'end' | 'first byte'): Promise<void> {
  const start = performance.now()
  const child = spawn(process.execPath, [mainFile, ...args], { cwd: folder })
  return new Promise(resolve => {
    let done = false
    const end = (code: number | null) => {
      if (done) return
      done = true
      console.log(
        `pare ${args.join(' ')}, ${until}: ${((performance.now() - start) / 1000).toFixed(2)} s (code ${code})`,
      )
      child.kill()
      resolve()
    }
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', () => (until === 'first byte' ? end(null) : undefined))
    child.on('close', end)
  })
}

try {
  await fill()
  await read()
  await command(['--version'], 'end')
  await command(['list'], 'end')
  await command(['show', 'many'], 'end')
  await command(['watch', 'many', '--plain'], 'first byte')
  await command(['watch', 'many', '--plain'], 'end')
  await command(['trials', 'many', '--format', 'jsonl'], 'first byte')
} finally {
  rmSync(folder, { recursive: true })
}
