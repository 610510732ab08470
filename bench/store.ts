/**
 * How a run's database bears many trials: insert time per trial over the run, size, and the wall time of opening it, of
 * `pare list`, `pare show` and a viewer's first frame, in processes of their own.
 *
 *   npx tsx bench/store.ts [--trials 1000] [--sites 12] [--folder FOLDER]
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { policyHash } from '../src/search/policy.js'
import type { Trial } from '../src/search/trial.js'
import { openRunReader } from '../src/store/run-reader.js'
import { openRunStore } from '../src/store/sqlite-run-store.js'
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

async function fill(): Promise<void> {
  const store = await openRunStore(file, { ...storedDefinition, trials, inFlight: 1 })
  await store.advance({ begun: [begun(0)] })
  const part = Math.ceil(trials / 4)
  let start = performance.now()
  for (let number = 0; number < trials; number++) {
    const { policy, state } = told(number)
    const report = { phase: 'learning', noise: 0.1 } as const
    await store.advance({
      told: told(number),
      begun: number + 1 < trials ? [begun(number + 1)] : [],
      events: [
        {
          at: number,
          type: 'trial-told',
          trial: number,
          policy,
          state,
          agent: report,
          elapsedMs: 9,
          worker: 0,
        },
      ],
    })
    if ((number + 1) % part !== 0 && number + 1 < trials) continue
    const ms = (performance.now() - start) / ((number + 1) % part || part)
    console.log(`trials ${number + 1}: ${ms.toFixed(3)} ms a trial`)
    start = performance.now()
  }
  await store.advance({ events: [{ at: trials, type: 'run-ended', outcome: 'interrupted', message: '' }] })
  await store.close()
  console.log(`${(statSync(file).size / 2 ** 20).toFixed(1)} MiB`)
}

async function open(): Promise<void> {
  const start = performance.now()
  const reader = await openRunReader(file)
  console.log(`open: ${(performance.now() - start).toFixed(1)} ms`)
  await reader.close()
}

/** Seconds until a command has ended, or has written its first byte to either stream. */
function timed(args: readonly string[], until: 'end' | 'first byte'): Promise<void> {
  const start = performance.now()
  const child = spawn(process.execPath, ['--max-old-space-size=8000', mainFile, ...args], { cwd: folder })
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
  await open()
  await timed(['list'], 'end')
  await timed(['show', 'many'], 'end')
  await timed(['watch', 'many', '--plain'], 'first byte')
} finally {
  rmSync(folder, { recursive: true })
}
