import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRunReader } from '../../src/store/run-reader.js'
import { lineMatching, pare, startPare } from '../fixtures/cli.js'
import { compareArgs, comparedRuns, makeComparison } from '../fixtures/comparison.js'

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
})
