import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRun } from '../../../src/cli/runs/run-folder.js'
import { openDatabase } from '../../../src/store/database.js'
import { takeLock } from '../../../src/store/lock.js'
import { migrate, runSchema } from '../../../src/store/schema.js'
import { writeRun } from '../../fixtures/run-folder.js'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-run-folder-'))
  path = join(folder, 'run')
})

afterEach(() => rmSync(folder, { recursive: true }))

/** What a process does one after the other until there is a run; it may die after each. */
const steps: Readonly<Record<string, () => Promise<unknown>>> = {
  async folder() {
    mkdirSync(join(path, 'models'), { recursive: true })
  },
  async original() {
    writeFileSync(join(path, 'original.onnx'), 'the orig')
    writeFileSync(join(path, 'original.json'), '{')
  },
  lock: async () => (await takeLock(join(path, 'run.sqlite.lock'))).release(),
  async file() {
    writeFileSync(join(path, 'run.sqlite'), '')
  },
  async tables() {
    const db = await openDatabase(join(path, 'run.sqlite'), 'create')
    await migrate(db, 'run.sqlite', runSchema)
    await db.close()
  },
}

describe('the folder of a new run', () => {
  it.each(Object.keys(steps))(
    'takes the place of what is left by a process that died after: %s',
    async last => {
      for (const [name, step] of Object.entries(steps)) {
        await step()
        if (name === last) break
      }
      await createRun(path, 'net', false)
      expect(readdirSync(path)).toEqual(['models'])
    },
  )

  it('does not take the place of a run, unless it may', async () => {
    const store = await writeRun(path, false)
    await expect(createRun(path, 'net', false)).rejects.toThrow(/exists; resume it/)
    await store.close()
    await expect(createRun(path, 'net', false)).rejects.toThrow(/exists; resume it/)
    await createRun(path, 'net', true)
    expect(readdirSync(path)).toEqual(['models'])
  })

  it('does not take the place of one that another process makes', async () => {
    await steps.folder!()
    const lock = await takeLock(join(path, 'run.sqlite.lock'))
    await expect(createRun(path, 'net', false)).rejects.toThrow(/exists and is not a run/)
    await lock.release()
  })

  it.each([false, true])('never takes the place of anything else (overwrite: %s)', async overwrite => {
    await steps.folder!()
    await steps.original!()
    writeFileSync(join(path, 'thesis.tex'), '')
    await expect(createRun(path, 'net', overwrite)).rejects.toThrow(/exists and is not a run/)
    expect(existsSync(join(path, 'thesis.tex'))).toBe(true)
  })
})
