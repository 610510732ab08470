import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isLocked } from '../../src/store/lock.js'
import { lineMatching, pare, startPare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'
import { dyingAtLast, eventsOf, historyOf, jobOf, misbehaving, searchArgs } from '../fixtures/supervised.js'

const TRIALS = 40

let folder: string

const search = (run: string, ...more: string[]) =>
  searchArgs(run, '--trials', String(TRIALS), '--backend', 'wasm', '--plain', ...more)

/** What became of each trial. */
async function states(run: string) {
  return (await historyOf(folder, run)).trials.map(({ state }) => state)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-supervise-'))
  writeSmallFashion(join(folder, 'data'), { train: 300, val: 200, test: 100 })
  expect((await pare(search('whole'), folder)).code).toBe(0)
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe('a job that dies', () => {
  it('is started again by whoever looks after it, and ends as one that never died, bit for bit', {
    timeout: 600_000,
  }, async () => {
    const signals = ['SIGKILL', 'SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGKILL'] as const
    const { child, finished } = startPare(search('killed'), folder)
    let restarts = 0
    for (const [i, signal] of signals.entries()) {
      // The last one is among the climbers of the ladder.
      const last = i === signals.length - 1
      await lineMatching(child, last ? /rung 1, trial/ : new RegExp(`trial ${3 + 9 * i} `))
      const again = lineMatching(child, new RegExp(`restarted after ${signal}`))
      process.kill(jobOf(folder, 'killed'), signal)
      await again
      restarts++
    }
    const { code, stderr } = await finished
    expect([code, stderr]).toEqual([0, expect.stringContaining('finished:')])
    const restarted = await eventsOf(folder, 'killed', 'restarted')
    expect(restarted.map(({ reason }) => reason.split(' ')[0])).toEqual(signals)
    expect(restarted).toHaveLength(restarts)
    expect(await historyOf(folder, 'killed')).toEqual(await historyOf(folder, 'whole'))
  })

  it('when all is done is followed by one that shows the result', { timeout: 600_000 }, async () => {
    const few = ['--trials', '4', '--rungs', '0', '--finalists', '1']
    const { code, stdout, stderr } = await startPare(search('done', ...few, '--json'), folder, dyingAtLast)
      .finished
    expect([code, stderr]).toEqual([0, expect.stringContaining('finished:')])
    expect(existsSync(join(folder, 'died'))).toBe(true)
    const show = await pare(['show', 'done', '--json'], folder)
    expect(JSON.parse(show.stdout)).toMatchObject(JSON.parse(stdout))
  })

  it('because of a trial costs that trial alone, with the reason', { timeout: 600_000 }, async () => {
    // What another failure of the same trials comes to, is what theirs must come to.
    const thrown = startPare(search('thrown'), folder, misbehaving([4, 5], 'throw'))
    expect((await thrown.finished).code).toBe(0)
    const poison = startPare(search('poison'), folder, misbehaving([4, 5], 'SIGABRT'))
    const { code, stderr } = await poison.finished
    expect([code, stderr]).toEqual([0, expect.stringContaining('finished:')])
    const [broken, killed] = [await historyOf(folder, 'thrown'), await historyOf(folder, 'poison')]
    const reason = expect.stringMatching(/^killed the process 2 times, the last time by SIGABRT/)
    const expected = broken.trials.map(trial =>
      trial.state.kind === 'failed' ? { ...trial, state: { kind: 'failed', reason } } : trial,
    )
    expect(expected).not.toEqual(broken.trials)
    expect(killed).toEqual({ ...broken, trials: expected })
  })

  it('is given up where it dies again and again without a result', { timeout: 600_000 }, async () => {
    const all = Array.from({ length: TRIALS }, (_, trial) => trial)
    const { code, stderr, stdout } = await startPare(search('hopeless'), folder, misbehaving(all, 'SIGSEGV'))
      .finished
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /\npare: died 6 times in a row, the last time of SIGSEGV during trial \d+; the run is saved: pare resume runs\/hopeless\n$/,
    )
    expect(JSON.parse((await pare(['show', 'hopeless', '--json'], folder)).stdout).state).toBe('failed')
  })
})

describe('a trial that does not answer', () => {
  it('fails with the reason, and the rest goes on in a new process', { timeout: 600_000 }, async () => {
    const { code } = await startPare(
      search('hung', '--trial-timeout', '1', '--trials', '8'),
      folder,
      misbehaving([3], 'hang'),
    ).finished
    expect(code).toBe(0)
    const reason = 'did not answer within 11 s (its time is 1 s)'
    expect(
      (await states('hung')).flatMap((state, i) => (state.kind === 'failed' ? [[i, state.reason]] : [])),
    ).toEqual([[3, reason]])
    expect(await eventsOf(folder, 'hung', 'restarted')).toMatchObject([{ reason, suspects: ['trial 3'] }])
  })
})

describe('a finalist that takes longer than it may', () => {
  it('has failed with the reason, and is tried again where the run goes on with more time', {
    timeout: 600_000,
  }, async () => {
    const few = ['--trials', '4', '--rungs', '0', '--finalists', '1', '--epochs', '200']
    const first = await pare(search('long', ...few, '--finalist-timeout', '0.5'), folder)
    expect([first.code, first.stdout]).toEqual([1, ''])
    const reason = /no finalist could be fine-tuned: trial \d: took longer than 0\.5 s/
    expect(first.stderr).toMatch(reason)
    const failed = await eventsOf(folder, 'long', 'finalist-failed')
    expect(failed.map(({ reason }) => reason)).toEqual(['took longer than 0.5 s'])
    const again = startPare(['resume', 'long', '--plain'], folder)
    await lineMatching(again.child, /finalist/)
    again.child.kill('SIGTERM')
    expect((await again.finished).code).toBe(130)
    expect(await eventsOf(folder, 'long', 'finalist-failed')).toHaveLength(1)
  })
})

describe('a run whose processes are all killed while it is paused', () => {
  it('is known as interrupted, and goes on', { timeout: 600_000 }, async () => {
    const { child, finished } = startPare(search('gone'), folder)
    await lineMatching(child, /trial 3 /)
    expect((await pare(['pause', 'gone'], folder)).code).toBe(0)
    await lineMatching(child, /paused/)
    const standing = async () => JSON.parse((await pare(['show', 'gone', '--json'], folder)).stdout).state
    expect(await standing()).toBe('paused')
    child.kill('SIGKILL')
    await finished
    expect(await standing()).toBe('interrupted')
    const { code, stderr } = await pare(['watch', 'gone', '--plain'], folder)
    expect([code, stderr.split('\n').at(-2)]).toEqual([
      0,
      expect.stringContaining('interrupted: its process is gone; the run is saved: pare resume runs/gone'),
    ])
    expect((await pare(['resume', 'gone', '--plain'], folder)).code).toBe(0)
    expect(await historyOf(folder, 'gone')).toEqual(await historyOf(folder, 'whole'))
  })
})

describe('a worker that ends', () => {
  it('costs its trial alone', { timeout: 600_000 }, async () => {
    const { code } = await startPare(search('exits', '--trials', '8'), folder, misbehaving([2, 3], 'exit'))
      .finished
    expect(code).toBe(0)
    const failed = (await states('exits')).flatMap((state, i) =>
      state.kind === 'failed' ? [[i, state.reason]] : [],
    )
    expect(failed).toEqual([
      [2, 'worker exited with code: 3'],
      [3, 'worker exited with code: 3'],
    ])
    expect(await eventsOf(folder, 'exits', 'restarted')).toEqual([])
  })
})

describe('a job whose parent dies', () => {
  it('saves and ends by itself, and goes on later', { timeout: 600_000 }, async () => {
    const { child, finished } = startPare(search('orphan'), folder)
    await lineMatching(child, /trial 5 /)
    process.kill(child.pid!, 'SIGKILL')
    await finished
    const lock = join(folder, 'runs', 'orphan', 'run.sqlite.lock')
    await vi.waitUntil(async () => !(await isLocked(lock)), { timeout: 60_000 })
    const ended = await eventsOf(folder, 'orphan', 'run-ended')
    expect(ended).toMatchObject([{ outcome: 'interrupted' }])
    expect((await pare(['resume', 'orphan', '--plain'], folder)).code).toBe(0)
    expect(await historyOf(folder, 'orphan')).toEqual(await historyOf(folder, 'whole'))
  })
})
