import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { cleanCommand } from '../../../src/cli/runs/clean.js'
import { writeRun } from '../../fixtures/run-folder.js'
import { original } from '../../ui/events.js'

let folder: string
let printed: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-clean-'))
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    printed += text
    return true
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

const usual = { keepBest: true, dryRun: false, json: false }
const models = (run: string) => readdirSync(join(folder, run, 'models')).sort()
const all = ['trial-0.onnx', 'trial-0.pare', 'trial-2.onnx']

it('deletes the models that were not chosen, and lists them with their bytes', async () => {
  const run = join(folder, 'a')
  await (await writeRun(run, true)).close()
  await cleanCommand([run], { ...usual, dryRun: true })
  expect(models('a')).toEqual(all)
  const list = `1,000  ${join(run, 'models/trial-0.onnx')}\n   50  ${join(run, 'models/trial-0.pare')}\n`
  expect(printed).toBe(`${list}2 files, 1,050 bytes would be deleted\n`)
  printed = ''
  await cleanCommand([run], usual)
  expect(printed).toBe(`${list}2 files, 1,050 bytes were deleted\n`)
  expect(models('a')).toEqual(['trial-2.onnx'])
  printed = ''
  await cleanCommand([run], { ...usual, keepBest: false, json: true })
  const last = { file: join(run, 'models/trial-2.onnx'), bytes: 1002 }
  expect(JSON.parse(printed)).toEqual({ deleted: true, bytes: 1002, files: [last] })
  expect(models('a')).toEqual([])
  expect(existsSync(join(run, 'best.onnx'))).toBe(true)
})

it('keeps the model of each of several points', async () => {
  const store = await writeRun(join(folder, 'a'), true)
  const point = { kind: 'macs', asked: '20%', limit: 5 } as const
  const chosen = { type: 'point-chosen', trial: 0, file: 'best-20%.onnx', point, before: original } as const
  const report = { ...original, latencyMs: null }
  await store.advance({ events: [{ at: 1, ...chosen, report }] })
  await store.close()
  await cleanCommand([join(folder, 'a')], usual)
  expect(models('a')).toEqual(all)
})

it('leaves a run alone that a process works on, or that is not finished, and all others with it', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map(name => join(folder, name)) as [string, string, string]
  await (await writeRun(a, true)).close()
  const owner = await writeRun(b, true)
  await expect(cleanCommand([a, b], usual)).rejects.toThrow(`process ${process.pid}`)
  await owner.close()
  await (await writeRun(c, false)).close()
  await expect(cleanCommand([a, c], usual)).rejects.toThrow(/c is not finished/)
  expect([models('a'), models('b'), printed]).toEqual([all, all, ''])
  // The refusals hold nothing back.
  await cleanCommand([a, b], usual)
  expect([models('a'), models('b')]).toEqual([['trial-2.onnx'], ['trial-2.onnx']])
})
