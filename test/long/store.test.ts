import { spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/store/database.js'
import { type Finished, lineMatching, mainFile, pare, startPare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'

const model = fileURLToPath(new URL('../fixtures/models/lenet300.onnx', import.meta.url))

let folder: string

const searchArgs = (run: string, trials: number) => [
  ...['search', model, '--data', 'data', '--budget', 'macs=50%', '--agent', 'random', '--finalists', '0'],
  ...['--trials', String(trials), '--workers', '1', '--backend', 'wasm', '--plain', '--run', run],
]

/** `pare` as somebody who may not write where only the owner may; root may write everywhere. */
function asGuest(args: readonly string[], cwd: string): Promise<Finished> {
  const guest = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const child = spawn(process.execPath, [mainFile, ...args], {
    cwd,
    ...guest,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  return new Promise(resolve => child.on('close', code => resolve({ code, stdout, stderr })))
}

function chmodAll(mode: number): void {
  for (const name of ['', 'runs', 'runs/half']) chmodSync(join(folder, name), mode)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-e2e-store-'))
  writeSmallFashion(join(folder, 'data'), { train: 100, val: 100, test: 100 })
  const { child, finished } = startPare(searchArgs('half', 20000), folder)
  await lineMatching(child, /trial 3 /)
  child.kill('SIGINT')
  await finished
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe('a run', () => {
  it('has one process that works on it; a second is told which, and readers are let in', async () => {
    const { child, finished } = startPare(['resume', 'half', '--plain'], folder)
    await lineMatching(child, /trial \d+ /)
    const second = await pare(['resume', 'half', '--plain'], folder)
    expect([second.code, second.stdout]).toEqual([2, ''])
    expect(second.stderr).toMatch(
      /^pare: \S+: another process works on this run \(process \d+ on [^\n]+\); first, pare stop ends it\n$/,
    )
    const shown = await pare(['show', 'half'], folder)
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('half: running')])
    child.kill('SIGINT')
    expect((await finished).code).toBe(130)
  })

  it('can be looked at where nothing may be written, and not worked on', { timeout: 180_000 }, async () => {
    chmodAll(0o555)
    try {
      for (const args of [['show', 'half'], ['list'], ['watch', 'half', '--plain'], ['trials', 'half']]) {
        const { code, stderr } = await asGuest(args, folder)
        expect([args[0], code, stderr.includes('pare:')]).toEqual([args[0], 0, false])
      }
      for (const args of [searchArgs('new', 3), ['resume', 'half', '--plain']]) {
        const { code, stdout, stderr } = await asGuest(args, folder)
        expect([args[0], code, stdout]).toEqual([args[0], 2, ''])
        expect(stderr).toMatch(/^pare: [^\n]*(runs\/new|runs\/half)[^\n]*\n$/)
      }
    } finally {
      chmodAll(0o755)
    }
  })

  it('of a newer pare is left alone', async () => {
    cpSync(join(folder, 'runs', 'half'), join(folder, 'runs', 'newer'), { recursive: true })
    const db = await openDatabase(join(folder, 'runs', 'newer', 'run.sqlite'), 'write')
    await db.exec('PRAGMA user_version = 99')
    await db.close()
    for (const command of ['show', 'resume', 'watch', 'trials', 'repair']) {
      const { code, stdout, stderr } = await pare([command, 'newer'], folder)
      expect([command, code, stdout]).toEqual([command, 2, ''])
      expect(stderr).toMatch(/^pare: \S+run.sqlite: written by a newer pare [^\n]+; update pare\n$/)
    }
  })

  it.each(['--seed', '--trials'])('has no %s that a number does not hold', async option => {
    const { code, stderr } = await pare([...searchArgs('large', 3), option, '9007199254740993'], folder)
    expect([code, stderr]).toEqual([2, `pare: ${option}: Too big: expected int to be <=9007199254740991\n`])
  })
})
