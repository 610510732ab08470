import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { networkLayers } from '../../src/latency/layers.js'
import { openDatabase } from '../../src/store/database.js'
import { StoreError } from '../../src/store/failure.js'
import { networkKey, openProfile } from '../../src/store/profile-store.js'
import { loadModel } from '../fixtures/models.js'
import { blockedTime, device, steady } from '../fixtures/predictors.js'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-profile-'))
  file = join(folder, 'a.profile')
})

afterEach(() => rmSync(folder, { recursive: true }))

const layers = networkLayers(loadModel('lenet5')).map(({ config }) => blockedTime(config))
const network = { model: 'lenet5.onnx', layers, time: steady(0.3) }

describe('a device profile', () => {
  it('holds what was measured, and knows that it need not be measured again', async () => {
    const store = await openProfile(file, device)
    expect(await store.measured()).toEqual(new Set())
    await store.addNetwork(network)
    await store.close()
    const again = await openProfile(file, device)
    expect(await again.profile()).toEqual({ device, kind: 'measured', networks: [network] })
    expect(await again.measured()).toEqual(new Set([networkKey(layers)]))
    await again.close()
  })

  it('replaces a network that is measured again', async () => {
    const store = await openProfile(file, device)
    await store.addNetwork(network)
    await store.addNetwork({ ...network, time: steady(0.4) })
    expect(await store.profile()).toMatchObject({ networks: [{ time: steady(0.4) }] })
    await store.close()
  })

  it('refuses another device, naming both', async () => {
    await (await openProfile(file, device)).close()
    await expect(openProfile(file, { ...device, name: 'a phone' })).rejects.toThrow(
      `${file}: expected a profile of a phone (a runtime, 1 thread, ms), found one of a device (a runtime, 1 thread, ms)`,
    )
  })

  it('refuses files that are none in one line', async () => {
    await expect(openProfile(join(folder, 'none'), null)).rejects.toThrow('no such device profile')
    writeFileSync(file, 'text'.repeat(300))
    await expect(openProfile(file, null)).rejects.toThrow(
      /expected a device profile, found a file that SQLite cannot read/,
    )
  })

  it('refuses damaged rows', async () => {
    await (await openProfile(file, device)).close()
    const db = await openDatabase(file, 'write')
    await db.run('INSERT INTO networks VALUES (?, ?)', ['k', '{"model": 3}'])
    await db.close()
    const store = await openProfile(file, null)
    await expect(store.profile()).rejects.toThrow(StoreError)
    await expect(store.profile()).rejects.toThrow(/the profile is damaged/)
    await store.close()
  })
})
