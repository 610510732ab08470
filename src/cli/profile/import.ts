import { readBytes } from '../../data/files.js'
import { isNpy } from '../../data/npy.js'
import type { LayerTime, ProfileUnit } from '../../latency/profile.js'
import { label } from '../../latency/profile-schema.js'
import { whole } from '../../ui/format.js'
import { UsageError } from '../options/error.js'
import { parseMeasurements } from './csv.js'
import { writeProfile } from './file.js'
import { readBitsTable } from './table.js'

/** What `pare profile import` takes. */
export interface ImportOptions {
  readonly out: string
  readonly device: string
  readonly unit: ProfileUnit
  readonly model?: string
}

/** `pare profile import`: adds what was measured elsewhere to a device's profile. */
export async function importCommand(
  file: string,
  { out, device: name, unit, model }: ImportOptions,
): Promise<void> {
  if (!label.safeParse(name).success)
    throw new UsageError(
      `--device: expected a name without control characters, found ${JSON.stringify(name)}`,
    )
  const layers = await readLayers(file, model)
  const device = { name, runtime: 'imported', threads: 1, unit }
  await writeProfile(out, device, 'added to', store => store.addLayers(layers))
  process.stdout.write(`${out}\n`)
  process.stderr.write(`${whole(layers.length)} layer configurations of ${name}, in ${unit}\n`)
}

async function readLayers(file: string, model: string | undefined): Promise<readonly LayerTime[]> {
  const bytes = readBytes(file)
  if (isNpy(bytes)) return readBitsTable(bytes, file, model)
  if (model !== undefined)
    throw new UsageError(`--model ${model}: only for a table of layers and bits (.npy), which ${file} is not`)
  return parseMeasurements(new TextDecoder().decode(bytes), file)
}
