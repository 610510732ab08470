import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRunReader } from '../../src/store/run-reader.js'
import { lineMatching, pare, startPare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'

const model = fileURLToPath(new URL('../fixtures/models/lenet5.onnx', import.meta.url))
const runs = ['ddpg-1', 'random-1', 'ddpg-2', 'random-2']

let folder: string

const args = (...more: string[]) => [
  'compare',
  model,
  ...['--data', 'data', '--budget', 'macs=40%', '--trials', '6', '--finalists', '0'],
  ...['--agents', 'ddpg,random', '--seeds', '1,2', '--workers', '1', '--backend', 'wasm'],
  ...more,
]

const inFolder = (...more: string[]) => pare(more, folder)

/** All that the runs of a comparison hold, without the times. */
async function historyOf(name: string) {
  const histories = []
  for (const run of runs) {
    const reader = await openRunReader(join(folder, 'runs', name, run, 'run.sqlite'))
    histories.push({ trials: await reader.trials(), checkpoint: await reader.checkpoint() })
    await reader.close()
  }
  return histories
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-kill-comparison-'))
  writeSmallFashion(join(folder, 'data'), { train: 100, val: 100, test: 100 })
  const whole = await pare(args('--run', 'whole'), folder)
  expect([whole.code, whole.stderr]).toEqual([0, expect.stringContaining('[4/4] random-2 finished')])
}, 600_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe('a comparison of agents over seeds', () => {
  it('killed within a run and between two ends as one that was never killed', {
    timeout: 600_000,
  }, async () => {
    const command = args('--run', 'killed')
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
