import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { openRunReader } from '../../src/store/run-reader.js'
import { lineMatching, pare, startPare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'

const KILLS = Number(process.env.PARE_KILLS ?? 3)
const TRIALS = 40

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-kill-'))
  writeSmallFashion(join(folder, 'data'), { train: 300, val: 200, test: 100 })
})

afterAll(() => rmSync(folder, { recursive: true }))

const model = fileURLToPath(new URL('../fixtures/models/lenet300.onnx', import.meta.url))

function searchArgs(run: string, workers: number): string[] {
  const counts = [
    '--trials',
    String(TRIALS),
    '--finalists',
    '2',
    '--epochs',
    '1',
    '--seed',
    '5',
    '--workers',
    String(workers),
  ]
  return [
    'search',
    model,
    '--data',
    'data',
    '--budget',
    'macs=40%',
    '--round',
    '1',
    '--run',
    run,
    '--plain',
    ...counts,
  ]
}

/** All that a run's history holds, without the times. */
async function historyOf(run: string) {
  const reader = await openRunReader(join(folder, 'runs', run, 'run.sqlite'))
  const history = {
    trials: await reader.trials(),
    climbs: await reader.climbs(),
    finalists: await reader.finalists(),
    checkpoint: await reader.checkpoint(),
  }
  await reader.close()
  return history
}

it(`killed ${KILLS} times at random moments, a run ends as one that was never killed, bit for bit`, {
  timeout: 600_000,
}, async () => {
  const whole = await pare(searchArgs('whole', 2), folder)
  expect(whole.stderr).toContain('finished:')
  const expected = await historyOf('whole')
  expect(expected.trials).toHaveLength(TRIALS)
  expect(expected.climbs).toHaveLength(16)

  const random = randomStream(Number(process.env.PARE_KILL_SEED ?? 1), 0, 'kills')
  let args = searchArgs('killed', 2)
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, finished } = startPare(args, folder)
    // A line to wait for, and from there a moment too short to foresee.
    const last = (kill * TRIALS) / (KILLS - 1)
    const trial = Math.floor(last + random.uniform() * (TRIALS / (KILLS - 1)))
    // The last one is among the climbers of the ladder.
    await lineMatching(child, kill === KILLS - 1 ? /rung 1, trial/ : new RegExp(`trial ${trial} |finalist`))
    await new Promise(resolve => setTimeout(resolve, random.below(60)))
    child.kill('SIGKILL')
    await finished
    args = ['resume', 'killed', '--plain', '--workers', String(1 + (kill % 2))]
  }
  const resumed = await pare(args, folder)
  expect(resumed.stderr).toContain('finished:')
  expect(await historyOf('killed')).toEqual(expected)
})
