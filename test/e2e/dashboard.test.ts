import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openRunStore } from '../../src/store/sqlite-run-store.js'
import { mainFile } from '../fixtures/cli.js'
import { storedDefinition } from '../fixtures/stored-run.js'
import { hasTmux, openTmux, type RealTerminal } from '../fixtures/tmux.js'
import { ending, finals, run } from '../ui/events.js'

const playFile = fileURLToPath(new URL('../ui/fixtures/play.ts', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))
const restored = { alternate: false, cursor: true, wraps: true }

let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-dashboard-'))
  mkdirSync(join(folder, 'runs', 'stored'), { recursive: true })
  const store = await openRunStore(join(folder, 'runs', 'stored', 'run.sqlite'), storedDefinition)
  await store.advance({ events: [...run(200), ...finals, ...ending] })
  await store.close()
})

afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(!hasTmux)('in a real terminal', () => {
  let terminal: RealTerminal

  beforeEach(() => {
    terminal = openTmux(80, 24)
    terminal.line(`cd ${folder}; echo before`)
  })
  afterEach(() => terminal.close())

  const watch = (more = '') => terminal.line(`node ${mainFile} watch stored ${more}; echo "ended $?"`)
  const play = (...args: readonly string[]) =>
    terminal.line(`cd ${root}; node --import tsx ${playFile} ${args.join(' ')}; echo "ended $?"`)
  const isCooked = async () => {
    terminal.line('stty -a | grep -o -e "-*icanon" -e " -*echo "')
    await terminal.shows(/^icanon\n echo$/m)
  }

  it('replays a run that ended, answers to its keys, and leaves the scrollback as it was', async () => {
    watch()
    await terminal.shows('[1 overview]')
    await terminal.shows('finished')
    expect(terminal.state()).toEqual({ alternate: true, cursor: false, wraps: false })
    terminal.keys('3')
    await terminal.shows('trials 1 to 16 of 200')
    terminal.keys('/', 'l', 'o', 's', 's', 'Enter')
    await terminal.shows('trials 1 to 4 of 4: all, with loss')
    terminal.keys('Down', 'Enter')
    await terminal.shows('reason: the loss is not a number in layer block2.conv1')
    terminal.keys('?')
    await terminal.shows('this help, and back')
    terminal.keys('q')
    const rows = await terminal.shows('ended 0')
    expect(rows.join('\n')).toContain('before')
    expect(rows.join('\n')).not.toContain('overview')
    expect(terminal.state()).toEqual(restored)
    await isCooked()
  })

  it('leaves nothing behind of many sizes in a row', async () => {
    watch()
    await terminal.shows('finished')
    for (const page of ['1', '3', '4']) {
      terminal.keys(page)
      for (let i = 0; i < 20; i++) terminal.resize(40 + ((i * 37) % 161), 8 + ((i * 13) % 53))
      terminal.resize(100, 30)
      await terminal.hasSize(100, 30)
      terminal.keys('2')
      await terminal.shows(/\[2 layers\][\s\S]*q close/)
      terminal.keys(page)
      await terminal.shows(new RegExp(`\\[${page} [\\s\\S]*q close`))
      const rows = terminal.screen()
      terminal.keys('r')
      await terminal.shows(/q close/)
      expect(terminal.screen()).toEqual(rows)
      expect(rows.filter(row => row.startsWith('q close'))).toHaveLength(1)
    }
    terminal.resize(50, 10)
    await terminal.shows('pare needs at least 60x15, this is 50x10')
    terminal.keys('q')
    await terminal.shows('ended 0')
  })

  it.each(['TERM', 'HUP'])('is given back after SIG%s', async signal => {
    terminal.line(`sh -c 'echo $$ >pid; exec node ${mainFile} watch stored'; echo "ended $?"`)
    await terminal.shows('finished')
    const { stdout } = await promisify(execFile)('cat', [join(folder, 'pid')])
    process.kill(Number(stdout), `SIG${signal}`)
    await terminal.shows('ended 0')
    expect(terminal.state()).toEqual(restored)
    await isCooked()
  })

  it('is given back after a fault that nobody caught, which is then seen', async () => {
    play('1', '0', 'crash')
    const rows = await terminal.shows(/ended [1-9]/)
    expect(rows.join('\n')).toContain('a fault that nobody caught')
    expect(terminal.state()).toEqual(restored)
    await isCooked()
  })

  it.each([
    ['TERM=dumb', ''],
    ['CI=1', ''],
    ['INK_SCREEN_READER=true', ''],
    ['NO_COLOR=', '--plain'],
  ])('draws no screen with %s %s, but writes lines', async (setting, flag) => {
    terminal.line(`${setting} node ${mainFile} watch stored ${flag}; echo "ended $?"`)
    const rows = await terminal.shows('ended 0')
    expect(rows.join('\n')).toContain('trial 198 (199/200)')
    expect(rows.join('\n')).not.toContain('overview')
  })
})

it('a pipe gets lines without control codes, and may close early', async () => {
  const bash = (text: string) => promisify(execFile)('bash', ['-c', text], { cwd: folder })
  const { stdout } = await bash(`node ${mainFile} watch stored 2>&1 | cat`)
  expect(stdout).toContain('trial 3 (4/200)')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/)
  const early = await bash(`node ${mainFile} watch stored 2>&1 | head -1; echo "\${PIPESTATUS[0]}"`)
  expect(early.stdout.trim().split('\n')).toHaveLength(2)
  expect(early.stdout.trim().endsWith('\n0')).toBe(true)
})
