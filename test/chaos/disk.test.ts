import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../../src/random.js'
import { openDatabase } from '../../src/store/database.js'
import { lineMatching, mainFile, pare, startPare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'
import { contentsOf } from '../fixtures/stored-run.js'

/** By how much the disk is larger from one run to the next, KiB. */
const STEP = Number(process.env.PARE_DISK_STEP ?? 2400)

const model = fileURLToPath(new URL('../fixtures/models/lenet300.onnx', import.meta.url))

let folder: string

const args = (run: string) => [
  'search',
  model,
  ...['--data', 'data', '--budget', 'macs=40%', '--trials', '12', '--finalists', '1', '--epochs', '1'],
  ...['--agent', 'ddpg', '--round', '1', '--workers', '1', '--backend', 'wasm', '--run', run, '--plain'],
]

const database = (run: string) => join(folder, 'runs', run, 'run.sqlite')

/** What a run came to, without times and events. */
async function outcomeOf(run: string) {
  const { trials, climbs, finalists, checkpoint } = await contentsOf(database(run))
  return { trials, climbs, finalists, checkpoint }
}

/** `pare` that may write no file beyond so many KiB. */
function limited(kib: number, more: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const script = `ulimit -f ${kib}; exec "$@"`
  const child = spawn('bash', ['-c', script, 'bash', process.execPath, mainFile, ...more], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  return new Promise(resolve => child.on('close', code => resolve({ code, stderr })))
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-disk-'))
  writeSmallFashion(join(folder, 'data'), { train: 100, val: 100, test: 100 })
  expect((await pare(args('whole'), folder)).code).toBe(0)
  // One that was killed in the middle: its log is not yet in the database.
  const { child, finished } = startPare(args('half'), folder)
  await lineMatching(child, /trial 6 /)
  child.kill('SIGKILL')
  await finished
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe('a full disk', () => {
  it('ends a run with one line and code 1, and it goes on to the same end', {
    timeout: 600_000,
  }, async () => {
    const expected = await outcomeOf('whole')
    let ended = 0
    // Until it is large enough for all of a run's files.
    for (let kib = 300; ; kib += STEP) {
      const run = `full-${kib}`
      const { code, stderr } = await limited(kib, args(run))
      if (code === 0) break
      ended++
      expect([kib, code]).toEqual([kib, 1])
      expect(stderr).toMatch(/pare: [^\n]*free some space, then go on\n$/)
      expect(stderr).not.toContain('    at ')
      const again = await pare(['resume', run, '--plain'], folder)
      if (again.code !== 0) {
        // Before the run was set up, nothing is left of it.
        expect(again.stderr).toContain(`no run ${run}`)
        expect((await pare(args(run), folder)).code).toBe(0)
      }
      expect(await outcomeOf(run)).toEqual(expected)
    }
    expect(ended).toBeGreaterThan(1)
  })
})

describe('a damaged run', () => {
  const commands = (run: string) => [
    ['show', run],
    ['show', run, '--json'],
    ['resume', run, '--plain'],
    ['watch', run, '--plain'],
    ['export', run, '--out', 'out.onnx'],
    ['compare', run, 'whole'],
  ]

  it('is told by every command in one line, repaired, and ends the same', { timeout: 600_000 }, async () => {
    const expected = await outcomeOf('whole')
    cpSync(join(folder, 'runs', 'half'), join(folder, 'runs', 'changed'), { recursive: true })
    const db = await openDatabase(database('changed'), 'write')
    await db.exec('DELETE FROM trials WHERE number = 4; UPDATE checkpoint SET state = zeroblob(9)')
    await db.close()
    const told = await pare(['show', 'changed'], folder)
    expect([told.code, told.stdout]).toEqual([2, ''])
    expect(told.stderr).toMatch(
      /^pare: \S*run.sqlite: damaged \(trial 4 is missing\); .*pare repair runs\/changed\n$/,
    )
    const repaired = await pare(['repair', 'changed'], folder)
    expect([repaired.code, repaired.stdout]).toEqual([0, expect.stringContaining('told trials: 4 saved')])
    const resumed = await pare(['resume', 'changed', '--plain'], folder)
    expect([resumed.code, resumed.stderr]).toEqual([0, expect.stringContaining('finished:')])
    expect(await outcomeOf('changed')).toEqual(expected)
  })

  it('cut short or changed anywhere, it never ends in a stack trace', { timeout: 600_000 }, async () => {
    const random = randomStream(Number(process.env.PARE_DAMAGE_SEED ?? 1), 0, 'damage')
    cpSync(join(folder, 'runs', 'whole'), join(folder, 'runs', 'hurt'), { recursive: true })
    const bytes = readFileSync(database('whole'))
    for (let i = 0; i < 6; i++) {
      const at = random.below(i % 2 === 0 ? bytes.length : 40_000)
      const hurt = Buffer.from(i % 2 === 0 ? bytes.subarray(0, at) : bytes)
      if (i % 2 === 1) hurt.fill(0xa5, at, at + 5000)
      writeFileSync(database('hurt'), hurt)
      for (const command of commands('hurt')) {
        const { code, stderr } = await pare(command, folder)
        expect([0, 2]).toContain(code)
        expect(stderr).not.toContain('    at ')
        if (code === 2) expect(stderr).toMatch(/pare: [^\n]+\n$/)
      }
      const { code, stderr } = await pare(['repair', 'hurt'], folder)
      expect([0, 2]).toContain(code)
      expect(stderr).not.toContain('    at ')
    }
  })
})
