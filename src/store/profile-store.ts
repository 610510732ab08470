import { existsSync } from 'node:fs'
import * as z from 'zod'
import { configKey } from '../latency/layer-config.js'
import type { Device, DeviceProfile, LayerTime, NetworkTime, Sheet } from '../latency/profile.js'
import { device as deviceBody, layerTime, networkTime, sheet } from '../latency/profile-schema.js'
import { type Database, openDatabase } from './database.js'
import { StoreError } from './failure.js'
import { migrate, type Schema } from './schema.js'

/** A device's profile: "prof". */
const profileSchema: Schema = {
  what: 'a device profile',
  applicationId: 0x70726f66,
  migrations: [
    `
    CREATE TABLE device (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
    CREATE TABLE networks (key TEXT PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE layers (key TEXT PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE sheet (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
    `,
  ],
}

/** A device profile in a SQLite file; what is measured is kept at once. */
export interface ProfileStore {
  readonly device: Device
  /** What is known; networks that were measured whole go before single layers. @throws StoreError for a damaged row. */
  profile(): Promise<DeviceProfile>
  /** All that the file holds. @throws StoreError for a damaged row. */
  contents(): Promise<ProfileContents>
  /** Keys of the networks that need not be measured again. */
  measured(): Promise<ReadonlySet<string>>
  addNetwork(network: NetworkTime): Promise<void>
  /** Layers measured elsewhere; a configuration that is there is replaced. */
  addLayers(layers: readonly LayerTime[]): Promise<void>
  /** Adds all of it in one transaction; what is there under the same key is replaced. */
  add(contents: ProfileContents): Promise<void>
  close(): Promise<void>
}

/** What a profile's file holds of its device. */
export interface ProfileContents {
  readonly networks: readonly NetworkTime[]
  readonly layers: readonly LayerTime[]
  /** What a data sheet says, which goes before what was measured. */
  readonly sheet: Sheet | null
}

/** Equal for networks of equal layers. */
export function networkKey(layers: readonly Pick<LayerTime, 'config'>[]): string {
  return layers.map(({ config }) => configKey(config)).join('; ')
}

/**
 * Opens a device profile; makes one where there is no file.
 * @param device what the file should be of; null for whatever it is of
 * @throws StoreError in one line where the file is no profile, or one of another device, or not there and `device` null.
 */
export async function openProfile(file: string, device: Device | null): Promise<ProfileStore> {
  if (device === null && !existsSync(file)) throw new StoreError(`${file}: no such device profile`)
  const db = await openDatabase(file, device === null ? 'write' : 'create')
  try {
    await migrate(db, file, profileSchema)
    return storeOf(db, file, await ownDevice(db, file, device))
  } catch (error) {
    await db.close()
    throw error
  }
}

async function ownDevice(db: Database, file: string, device: Device | null): Promise<Device> {
  const [row] = await db.all('SELECT body FROM device')
  if (row === undefined) {
    if (device === null) throw new StoreError(`${file}: the profile names no device`)
    await db.run('INSERT INTO device VALUES (1, ?)', [JSON.stringify(device)])
    return device
  }
  const known = bodyOf(row, deviceBody, file)
  if (device !== null && JSON.stringify(known) !== JSON.stringify(device))
    throw new StoreError(`${file}: expected a profile of ${nameOf(device)}, found one of ${nameOf(known)}`)
  return known
}

function nameOf({ name, runtime, threads, unit }: Device): string {
  return `${name} (${runtime}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${unit})`
}

function storeOf(db: Database, file: string, device: Device): ProfileStore {
  const bodies = async <T>(table: 'networks' | 'layers' | 'sheet', schema: z.ZodType<T>) =>
    (await db.all(`SELECT body FROM ${table} ORDER BY rowid`)).map(row => bodyOf(row, schema, file))
  const put = (table: 'networks' | 'layers', key: string, body: unknown) =>
    db.run(`INSERT OR REPLACE INTO ${table} VALUES (?, ?)`, [key, JSON.stringify(body)])
  const contents = async (): Promise<ProfileContents> => ({
    networks: await bodies('networks', networkTime),
    layers: await bodies('layers', layerTime),
    sheet: (await bodies('sheet', sheet))[0] ?? null,
  })
  const add = (added: ProfileContents) =>
    db.transaction(async () => {
      for (const network of added.networks) await put('networks', networkKey(network.layers), network)
      for (const layer of added.layers) await put('layers', configKey(layer.config), layer)
      if (added.sheet !== null)
        await db.run('INSERT OR REPLACE INTO sheet VALUES (1, ?)', [JSON.stringify(added.sheet)])
    })
  return {
    device,
    contents,
    add,
    async profile() {
      const { sheet, networks, layers } = await contents()
      if (sheet !== null) return { device, ...sheet }
      if (networks.length > 0) return { device, kind: 'measured', networks }
      return { device, kind: 'table', layers }
    },
    async measured() {
      const rows = z.array(z.object({ key: z.string() })).parse(await db.all('SELECT key FROM networks'))
      return new Set(rows.map(({ key }) => key))
    },
    addNetwork: network => put('networks', networkKey(network.layers), network),
    addLayers: layers => add({ networks: [], layers, sheet: null }),
    close: () => db.close(),
  }
}

/** The body of a row, checked. */
function bodyOf<T>(row: unknown, schema: z.ZodType<T>, file: string): T {
  try {
    return schema.parse(JSON.parse(z.object({ body: z.string() }).parse(row).body))
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? (cause.issues[0]?.message ?? '') : String(cause)
    throw new StoreError(`${file}: the profile is damaged (${reason})`, { cause })
  }
}
