import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Device } from '../../latency/profile.js'
import { openProfile, type ProfileStore } from '../../store/profile-store.js'
import { UsageError } from '../options/error.js'

/** What of the profile in a file there is already. */
type Before = 'added to' | 'replaced' | 'refused'

/**
 * Writes a device profile whole or not at all: a new one beside its place, to be renamed; an old one in one transaction.
 * @param fill adds to the profile, in one call of the store
 * @throws UsageError, StoreError where the file cannot be written, or is not one of this device.
 */
export async function writeProfile(
  out: string,
  device: Device,
  before: Before,
  fill: (store: ProfileStore) => Promise<void>,
): Promise<void> {
  const isThere = existsSync(out)
  if (isThere && !statSync(out).isFile()) throw new UsageError(`--out ${out}: expected a file`)
  if (isThere && before === 'refused')
    throw new UsageError(`--out ${out}: exists; pass --overwrite to replace it`)
  if (!existsSync(dirname(out))) throw new UsageError(`--out ${out}: there is no folder ${dirname(out)}`)
  if (isThere && before === 'added to') {
    await filled(out, device, fill)
    return
  }
  const beside = `${out}.tmp`
  rmSync(beside, { force: true })
  try {
    await filled(beside, device, fill)
    renameSync(beside, out)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

async function filled(
  file: string,
  device: Device,
  fill: (store: ProfileStore) => Promise<void>,
): Promise<void> {
  const store = await openProfile(file, device)
  try {
    await fill(store)
  } finally {
    await store.close()
  }
}
