import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { create } from 'tar'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { exportRunCommand } from '../../../src/cli/runs/export-run.js'
import { importRunCommand } from '../../../src/cli/runs/import-run.js'
import { randomStream } from '../../../src/random.js'
import { openRunReader } from '../../../src/store/run-reader.js'
import { writeRun } from '../../fixtures/run-folder.js'

let folder: string
let file: string
const at = (...names: string[]) => join(folder, ...names)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-run-files-'))
  file = at('run.tar.gz')
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})

afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

/** All that a run's database says. */
async function contents(database: string) {
  const reader = await openRunReader(database)
  const { definition } = reader
  const rows = [
    await reader.trials(),
    await reader.climbs(),
    await reader.finalists(),
    await reader.events(0),
  ]
  await reader.close()
  return { definition, rows }
}

const manifestOf = (run: string) => JSON.stringify({ format: 'pare-run', version: 1, run, files: {} })

const exported = () => exportRunCommand(at('a'), { out: file, overwrite: true })
const imported = (run = at('b')) => importRunCommand(file, { run })

describe('a run in one file', () => {
  it('comes back whole, with all that was committed while its owner goes on', async () => {
    const store = await writeRun(at('a'), true)
    writeFileSync(at('a', 'best.onnx.tmp'), 'half')
    writeFileSync(at('a', 'report.html'), '<p>')
    writeFileSync(at('a', 'best-12.5%.onnx'), 'smaller')
    const before = await contents(at('a', 'run.sqlite'))
    await exported()
    await store.advance({ events: [{ at: 1, type: 'preparing', step: 'after the copy' }] })
    await store.close()
    await imported()
    expect(await contents(at('b', 'run.sqlite'))).toEqual(before)
    expect(readdirSync(at('b')).sort()).toEqual([
      'best-12.5%.onnx',
      'best.onnx',
      'models',
      'original.onnx',
      'report.html',
      'run.sqlite',
    ])
    expect(readdirSync(at('b', 'models'))).toEqual(readdirSync(at('a', 'models')))
    for (const name of [
      'best-12.5%.onnx',
      'best.onnx',
      'original.onnx',
      'models/trial-0.onnx',
      'models/trial-0.pare',
    ])
      expect(readFileSync(at('b', name))).toEqual(readFileSync(at('a', name)))
    expect(readdirSync(folder).sort()).toEqual(['a', 'b', 'run.tar.gz'])
  })

  it('is as its database says, whatever its owner commits meanwhile', async () => {
    const store = await writeRun(at('a'), false)
    const writing = (async () => {
      for (let i = 0; i < 200; i++)
        await store.advance({
          events: [0, 1].map(() => ({ at: i, type: 'preparing', step: 'x'.repeat(5000) })),
        })
    })()
    for (let i = 0; i < 3; i++) {
      await exported()
      await imported(at(`b${i}`))
      const { rows } = await contents(at(`b${i}`, 'run.sqlite'))
      const { events } = rows[3] as Awaited<ReturnType<typeof store.events>>
      // Commits of two events each, none of them halved.
      expect(events.filter(({ type }) => type === 'preparing').length % 2).toBe(0)
    }
    await writing
    await store.close()
  })

  it('does not replace a run, nor a file without being told', async () => {
    await (await writeRun(at('a'), true)).close()
    await exported()
    const bytes = readFileSync(file)
    await expect(exportRunCommand(at('a'), { out: file, overwrite: false })).rejects.toThrow(/exists; pass/)
    await expect(exportRunCommand(at('a'), { out: at('a', 'run.sqlite'), overwrite: true })).rejects.toThrow(
      /is the model itself/,
    )
    mkdirSync(at('b'))
    await expect(imported()).rejects.toThrow(/b exists; choose another name/)
    expect(readdirSync(at('b'))).toEqual([])
    expect(readFileSync(file)).toEqual(bytes)
  })

  it('is refused when any part of it was damaged, and nothing is left of it', async () => {
    await (await writeRun(at('a'), true)).close()
    await exported()
    const whole = readFileSync(file)
    const random = randomStream(1, 0, 'damage')
    const tar = gunzipSync(whole)
    const flipped = (bytes: Uint8Array) => {
      const copy = Uint8Array.from(bytes)
      copy[random.below(copy.length)]! ^= 1 << random.below(8)
      return copy
    }
    const before = await contents(at('a', 'run.sqlite'))
    for (let i = 0; i < 60; i++) {
      const damages = [() => flipped(whole), () => gzipSync(flipped(tar)), () => whole.subarray(0, 37 * i)]
      writeFileSync(file, damages[i % 3]!())
      const error = await imported().then(
        () => null,
        (reason: Error) => reason,
      )
      if (error === null) {
        // Some bits say nothing of the files, such as when they were written.
        expect(await contents(at('b', 'run.sqlite'))).toEqual(before)
        expect(readFileSync(at('b', 'best.onnx'))).toEqual(readFileSync(at('a', 'best.onnx')))
        rmSync(at('b'), { recursive: true })
      } else {
        expect([error.name, i]).toEqual(['UsageError', i])
        expect(error.message).toMatch(
          /^\S+run\.tar\.gz: expected a run as pare export-run writes it, found.*$/,
        )
      }
      expect(readdirSync(folder).sort()).toEqual(['a', 'run.tar.gz'])
    }
  })

  it.each([
    ['a path out of the folder', '../best.onnx', /best\.onnx.* is no file of a run/],
    ['a file that no run has', 'package.json', /"package\.json" is no file of a run/],
    ['a file that the manifest does not name', 'best.onnx', /best\.onnx is not in manifest\.json/],
  ])('is refused with %s', async (_, name, message) => {
    const inner = at('in', 'ner')
    mkdirSync(inner, { recursive: true })
    writeFileSync(join(inner, name), 'x')
    writeFileSync(join(inner, 'manifest.json'), manifestOf('a'))
    await create({ cwd: inner, file, gzip: true, preservePaths: true }, ['manifest.json', name])
    await expect(imported()).rejects.toThrow(message)
    expect(readdirSync(folder).sort()).toEqual(['in', 'run.tar.gz'])
    expect(existsSync(at('best.onnx'))).toBe(false)
  })

  it('is refused with an absolute path, or a link', async () => {
    writeFileSync(at('manifest.json'), manifestOf('a'))
    writeFileSync(at('best.onnx'), 'x')
    await create({ cwd: folder, file, preservePaths: true }, ['manifest.json', at('best.onnx')])
    rmSync(at('best.onnx'))
    await expect(imported()).rejects.toThrow(/expected a run as pare export-run writes it/)
    expect(existsSync(at('best.onnx'))).toBe(false)
    symlinkSync(at('manifest.json'), at('best.onnx'))
    await create({ cwd: folder, file }, ['manifest.json', 'best.onnx'])
    await expect(imported()).rejects.toThrow(/"best\.onnx" is no file of a run/)
  })

  it.each(['..', '.', '', 'x/y', '../x', 'x\\y', '/x'])('is refused with the name %j', async run => {
    writeFileSync(at('manifest.json'), manifestOf(run))
    await create({ cwd: folder, file, gzip: true }, ['manifest.json'])
    await expect(imported()).rejects.toThrow(/manifest\.json is not one/)
    writeFileSync(at('manifest.json'), manifestOf('a name'))
    await create({ cwd: folder, file, gzip: true }, ['manifest.json'])
    await expect(imported()).rejects.toThrow(/no run\.sqlite/)
  })
})
