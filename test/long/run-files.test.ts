/** A run taken to another machine as one file, through the command line. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lineMatching, pare, startPare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'

let here: string
let there: string

beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'pare-here-'))
  there = mkdtempSync(join(tmpdir(), 'pare-there-'))
  writeSmallFashion(join(here, 'data'), { train: 300, val: 200, test: 100 })
})

afterAll(() => {
  for (const folder of [here, there]) rmSync(folder, { recursive: true })
})

const model = fileURLToPath(new URL('../fixtures/models/lenet300.onnx', import.meta.url))
const search = (run: string) => [
  ...['search', model, '--data', 'data', '--budget', 'macs=50%', '--run', run, '--trials', '20'],
  ...['--rungs', '0', '--finalists', '1', '--epochs', '1', '--workers', '1', '--backend', 'wasm', '--json'],
]

/** What was tried and what came of it. */
async function history(run: string, folder: string): Promise<unknown> {
  const { stdout } = await pare(['show', run, '--json'], folder)
  const { history, state, best } = JSON.parse(stdout)
  return { history, state, trial: best.trial, val: best.val, test: best.test }
}

describe('a run in one file', () => {
  it('goes on elsewhere, from a copy made while it ran, to the end it has here', async () => {
    const { child, finished } = startPare(search('a'), here)
    await lineMatching(child, /trial 1 /)
    // Held still, so that the copy is of the middle of the run.
    child.kill('SIGSTOP')
    const copied = await pare(['export-run', 'a', '--out', 'half.tar.gz'], here)
    expect([copied.code, copied.stdout]).toEqual([0, 'half.tar.gz\n'])
    child.kill('SIGCONT')
    expect((await finished).code).toBe(0)
    expect((await pare(['export-run', 'a', '--out', 'whole.tar.gz'], here)).code).toBe(0)
    const expected = await history('a', here)
    const best = readFileSync(join(here, 'runs/a/best.onnx'))
    for (const name of ['half.tar.gz', 'whole.tar.gz', 'data'])
      renameSync(join(here, name), join(there, name === 'data' ? 'moved' : name))
    rmSync(join(here, 'runs'), { recursive: true })

    const shown = await pare(['import-run', 'whole.tar.gz'], there)
    expect([shown.code, shown.stdout]).toEqual([0, 'runs/a\n'])
    expect(await history('a', there)).toEqual(expected)
    const { file } = JSON.parse((await pare(['show', 'a', '--json'], there)).stdout).best
    expect(readFileSync(file)).toEqual(best)

    expect((await pare(['import-run', 'half.tar.gz', '--run', 'b'], there)).stdout).toBe('runs/b\n')
    const again = await pare(['resume', 'b', '--data', 'moved', '--workers', '1', '--json'], there)
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('trial 19 ')])
    expect(await history('b', there)).toEqual(expected)
    expect(readFileSync(join(there, 'runs/b/best.onnx'))).toEqual(best)
  }, 120_000)

  it('keeps the model that was chosen when all runs are cleaned', async () => {
    // One finalist each: there is no other.
    const { code, stdout } = await pare(['clean'], there)
    expect([code, stdout]).toEqual([0, '0 files, 0 bytes were deleted\n'])
    const list = JSON.parse((await pare(['clean', '--no-keep-best', '--dry-run', '--json'], there)).stdout)
    expect(list.files.map(({ file }: { file: string }) => dirname(file))).toEqual([
      'runs/a/models',
      'runs/b/models',
    ])
  })

  it('tells its trials to other programs', async () => {
    const { code, stdout } = await pare(['trials', 'a', '--format', 'jsonl'], there)
    const numbers = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).number)
    expect([code, numbers]).toEqual([0, Array.from({ length: 20 }, (_, i) => i)])
    expect((await pare(['trials', 'a', '--out', 'a.csv'], there)).stdout).toBe('a.csv\n')
    expect((await pare(['trials', 'a', '--format', 'xml'], there)).code).toBe(2)
  })

  it('is refused in one line where it is none, or in the way of another', async () => {
    mkdirSync(join(there, 'runs/taken'), { recursive: true })
    writeFileSync(join(there, 'text.tar.gz'), 'no archive')
    const refusals: readonly [readonly string[], RegExp][] = [
      [['import-run', 'whole.tar.gz'], /^pare: runs\/a exists; choose another name with --run\n$/],
      [['import-run', 'whole.tar.gz', '--run', 'taken'], /^pare: runs\/taken exists[^\n]*\n$/],
      [['import-run', 'none.tar.gz'], /^pare: none\.tar\.gz: no such file\n$/],
      [['import-run', 'text.tar.gz'], /^pare: text\.tar\.gz: expected a run[^\n]*\n$/],
      [['export-run', 'none', '--out', 'x'], /^pare: no run none[^\n]*\n$/],
      [['export-run', 'a', '--out', 'whole.tar.gz'], /^pare: --out whole\.tar\.gz: exists[^\n]*\n$/],
    ]
    for (const [args, line] of refusals) {
      const { code, stdout, stderr } = await pare(args, there)
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(line)])
    }
  })
})
