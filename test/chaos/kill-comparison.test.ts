import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunEvent } from '../../src/search/events.js'
import { isSetUp, openRunReader } from '../../src/store/run-reader.js'
import { lineMatching, pare, startPare } from '../fixtures/cli.js'
import { compareArgs, comparedRuns, makeComparison } from '../fixtures/comparison.js'
import { eventsOf, jobOf } from '../fixtures/supervised.js'

let folder: string

const inFolder = (...more: string[]) => pare(more, folder)

/** All that the runs of a comparison hold, without the times. */
async function historyOf(name: string) {
  const histories = []
  for (const run of comparedRuns) {
    const reader = await openRunReader(join(folder, 'runs', name, run, 'run.sqlite'))
    histories.push({ trials: await reader.trials(), checkpoint: await reader.checkpoint() })
    await reader.close()
  }
  return histories
}

/** Resolves once a run has told of something. */
async function told(run: string, type: RunEvent['type'] = 'trial-told'): Promise<void> {
  const database = join(folder, 'runs', run, 'run.sqlite')
  const has = async () => (await isSetUp(database)) && (await eventsOf(folder, run, type)).length > 0
  await vi.waitUntil(has, { timeout: 120_000 })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-kill-comparison-'))
  await makeComparison(folder)
}, 600_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe('a comparison of agents over seeds', () => {
  it('killed within a run and between two ends as one that was never killed', {
    timeout: 600_000,
  }, async () => {
    const command = compareArgs('--run', 'killed')
    const first = startPare(command, folder)
    await lineMatching(first.child, /random-1 begun/)
    // A watcher tells when there is a trial to go on after.
    const watcher = startPare(['watch', 'runs/killed/random-1', '--plain'], folder)
    await lineMatching(watcher.child, /trial 1 /)
    first.child.kill('SIGKILL')
    watcher.child.kill('SIGKILL')
    await Promise.all([first.finished, watcher.finished])
    const interrupted = startPare(['compare', 'killed'], folder)
    await lineMatching(interrupted.child, /random-1 (begun|goes on)/)
    interrupted.child.kill('SIGINT')
    const stopped = await interrupted.finished
    expect(stopped.code).toBe(130)
    expect(stopped.stdout).toBe('')
    expect(stopped.stderr).toContain('pare: interrupted; all runs are saved: pare compare runs/killed')
    const resumed = await inFolder('compare', 'killed', '--json')
    expect(resumed.code).toBe(0)
    expect(resumed.stderr).not.toContain('ddpg-1')
    expect(await historyOf('killed')).toEqual(await historyOf('whole'))
    // Nothing is left to do.
    expect(await inFolder('compare', 'killed', '--json')).toEqual({ ...resumed, stderr: '' })
  })

  it('whose process dies is gone on with by another, from where it was', { timeout: 600_000 }, async () => {
    const { child, finished } = startPare(compareArgs('--run', 'died', '--json'), folder)
    await lineMatching(child, /random-1 begun/)
    await told('died/random-1')
    process.kill(jobOf(folder, 'died/random-1'), 'SIGKILL')
    const { code, stdout } = await finished
    expect(code).toBe(0)
    expect(JSON.parse(stdout).comparison).toBe('runs/died')
    expect(await historyOf('died')).toEqual(await historyOf('whole'))
    const restarts = []
    for (const run of comparedRuns) restarts.push(...(await eventsOf(folder, `died/${run}`, 'restarted')))
    expect(restarts.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^SIGKILL/)])
  })

  it('is left to itself, paused, continued and stopped by others', { timeout: 600_000 }, async () => {
    const detached = await pare(compareArgs('--run', 'away', '--detach'), folder)
    expect([detached.code, detached.stdout]).toEqual([0, 'runs/away\n'])
    expect((await inFolder('pause', 'away')).stdout).toBe(
      'runs/away pauses; it goes on with: pare resume away\n',
    )
    await told('away/ddpg-1', 'paused')
    const second = await inFolder('compare', 'away')
    expect([second.code, second.stderr]).toEqual([2, expect.stringContaining('another process works on')])
    expect(await inFolder('resume', 'away')).toMatchObject({ code: 0, stderr: 'runs/away goes on\n' })
    await told('away/ddpg-1', 'continued')
    await told('away/random-1')
    expect((await inFolder('stop', 'away')).stdout).toBe(
      'runs/away is stopped and saved; it goes on with: pare compare away\n',
    )
    const idle = await inFolder('resume', 'away')
    expect([idle.code, idle.stderr]).toEqual([2, expect.stringContaining('pare compare away')])
    expect((await inFolder('compare', 'away')).code).toBe(0)
    expect(await historyOf('away')).toEqual(await historyOf('whole'))
  })
})
