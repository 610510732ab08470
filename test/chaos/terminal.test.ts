import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { mainFile, pare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'
import { eventsOf, historyOf, jobOf, searchArgs } from '../fixtures/supervised.js'
import { hasTmux, openTmux, type RealTerminal } from '../fixtures/tmux.js'

const TRIALS = '200'

let folder: string

const search = (run: string, ...more: string[]) => searchArgs(run, '--backend', 'wasm', ...more)
const inFolder = (...args: string[]) => pare(args, folder)
const stateOf = async (run: string) => JSON.parse((await inFolder('show', run, '--json')).stdout).state

/** Waits until a run has told so many trials. */
const told = (run: string, n: number) =>
  vi.waitUntil(async () => (await eventsOf(folder, run, 'trial-told')).length >= n, {
    timeout: 60_000,
    interval: 50,
  })

/** A terminal with a shell in the folder, whose prompt is told from all else. */
async function open(): Promise<RealTerminal> {
  const terminal = openTmux(110, 30)
  terminal.line(`cd ${folder}; PS1='ready''> '; clear`)
  await terminal.shows(/^ready>/)
  return terminal
}

function run(terminal: RealTerminal, args: readonly string[], after = ''): void {
  terminal.line([process.execPath, mainFile, ...args].join(' ') + after)
}

const textOf = (rows: readonly string[]) => rows.join('\n')

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-terminal-'))
  writeSmallFashion(join(folder, 'data'), { train: 300, val: 200, test: 100 })
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe.skipIf(!hasTmux)('in a terminal', () => {
  it('what is wrong is told there, with its exit code', { timeout: 120_000 }, async () => {
    const terminal = await open()
    run(terminal, ['search', 'nothing.onnx', '--data', 'data', '--budget', 'macs=50%'], '; echo "code=$?"')
    expect(textOf(await terminal.shows(/code=\d/))).toMatch(/pare: nothing.onnx: no such file\s+code=2/)
  })

  it('d leaves the search to itself, two others watch it, pause it and let it go on, and q there leaves it', {
    timeout: 300_000,
  }, async () => {
    const first = await open()
    run(first, search('d', '--trials', TRIALS))
    await first.shows(/of 200 trials told/)
    first.keys('d')
    await first.shows(/runs\/d goes on: pare watch runs\/d\s+ready>/)
    // The terminal may go.
    first.close()
    const watchers = await Promise.all([open(), open()])
    for (const watcher of watchers) {
      run(watcher, ['watch', 'd'])
      await watcher.shows(/of 200 trials told/)
    }
    const [second, third] = [watchers[0]!, watchers[1]!]
    second.keys('p')
    await Promise.all(watchers.map(watcher => watcher.shows(/paused: [^\n]* trials told/)))
    expect(await stateOf('d')).toBe('paused')
    third.keys('q')
    await third.shows(/ready>/)
    second.keys('p')
    await second.shows(/^(?![\s\S]*paused: )[\s\S]*of 200 trials told/)
    second.keys('q')
    await second.shows(/ready>/)
    const before = (await eventsOf(folder, 'd', 'trial-told')).length
    await told('d', before + 3)
    expect((await inFolder('stop', 'd')).stdout).toContain('runs/d is stopped and saved')
    expect(await stateOf('d')).toBe('interrupted')
  })

  it('q stops the search, and it goes on in the dashboard', { timeout: 300_000 }, async () => {
    const terminal = await open()
    run(terminal, search('q', '--trials', '20'), '; echo "code=$?"')
    await terminal.shows(/of 20 trials told/)
    terminal.keys('q')
    expect(textOf(await terminal.shows(/code=\d/))).toMatch(
      /interrupted; the run is saved: pare resume runs\/q\s+code=130/,
    )
    run(terminal, ['resume', 'q'], '; echo "ended=$?"')
    expect(textOf(await terminal.shows(/ended=\d/))).toMatch(/budget: MACs[\s\S]*ended=0/)
  })

  it('the job outlives a terminal that is closed, and a death of its own', { timeout: 300_000 }, async () => {
    const terminal = await open()
    run(terminal, search('h', '--trials', TRIALS))
    await terminal.shows(/of 200 trials told/)
    terminal.close()
    const before = (await eventsOf(folder, 'h', 'trial-told')).length
    await told('h', before + 2)
    process.kill(jobOf(folder, 'h'), 'SIGSEGV')
    await vi.waitUntil(async () => (await eventsOf(folder, 'h', 'restarted')).length > 0, { timeout: 60_000 })
    expect((await inFolder('stop', 'h')).code).toBe(0)
  })
})

describe('without a terminal', () => {
  it('a detached search is paused, goes on, is stopped and resumed to the same end', {
    timeout: 300_000,
  }, async () => {
    expect((await inFolder(...search('whole', '--trials', '30', '--plain'))).code).toBe(0)
    const started = await inFolder(...search('away', '--trials', '30', '--detach'))
    expect(started).toMatchObject({ code: 0, stdout: 'runs/away\n' })
    await told('away', 3)
    expect((await inFolder('pause', 'away')).stdout).toContain('runs/away pauses')
    await vi.waitUntil(async () => (await eventsOf(folder, 'away', 'paused')).length > 0, { timeout: 60_000 })
    expect(await stateOf('away')).toBe('paused')
    // A job that dies while it is paused stays so.
    const dead = jobOf(folder, 'away')
    process.kill(dead, 'SIGABRT')
    await vi.waitUntil(async () => (await eventsOf(folder, 'away', 'paused')).length > 1, { timeout: 60_000 })
    expect(jobOf(folder, 'away')).not.toBe(dead)
    const resumed = await inFolder('resume', 'away')
    expect(resumed).toMatchObject({ code: 0, stderr: 'runs/away goes on\n' })
    await vi.waitUntil(async () => (await eventsOf(folder, 'away', 'continued')).length > 0, {
      timeout: 60_000,
    })
    expect((await inFolder('stop', 'away')).code).toBe(0)
    expect(await stateOf('away')).toBe('interrupted')
    expect(await inFolder('stop', 'away')).toMatchObject({
      code: 2,
      stderr: 'pare: no process works on runs/away\n',
    })
    expect(await inFolder('pause', 'away')).toMatchObject({ code: 2 })
    expect((await inFolder('resume', 'away', '--plain')).code).toBe(0)
    expect(await historyOf(folder, 'away')).toEqual(await historyOf(folder, 'whole'))
  })

  it('a detached search that cannot begin says why, with its exit code', { timeout: 120_000 }, async () => {
    const args = search('x', '--budget', 'macs=0.0001%', '--detach')
    expect(await inFolder(...args)).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/^pare: the budget [^\n]+ cannot be met[^\n]+\n$/),
    })
  })
})
